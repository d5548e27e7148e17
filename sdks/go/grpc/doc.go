// Package mikogrpc balances gRPC calls with Miko's Go SDK: a resolver for
// miko:///service, and a balancer that asks the client's own balancer for each
// call and tells it what became of it.
//
//	client, err := miko.Connect(ctx, "https://miko.example", miko.WithToken(token))
//	if err != nil {
//		return err
//	}
//	options := append(mikogrpc.DialOptions(client), grpc.WithTransportCredentials(creds))
//	conn, err := grpc.NewClient("miko:///greeter", options...)
//
// Endpoints of protocol grpc are called. The policy of the service in client
// says how they are balanced (p2c by default), ejected and broken; ejections
// and open breakers are shared with the client's other calls of the service.
// An endpoint that leaves, drains or fails its checks gets no new call, and
// those it has run to their end.
//
// A connection is opened when the balancer first chooses its endpoint: the call
// goes to another one that has one, so it does not wait, and a subset or a
// service of thousands costs no more connections than are used.
//
// Deadlines are gRPC's, and calls are repeated as gRPC does: always when
// nothing was sent, else where Repeatable or the service config says so. A
// repetition goes to another endpoint while there is one. Traces go along by
// the stats handler of OpenTelemetry, as with any other gRPC channel.
package mikogrpc
