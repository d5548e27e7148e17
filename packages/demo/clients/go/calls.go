package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
	mikogrpc "github.com/miko-control-plane/miko/sdks/go/grpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
)

// latest is the method that quotes offers. Its messages are JSON, which gRPC
// allows, so there is nothing to generate.
const latest = "miko.demo.Quotes/Latest"

// calls makes one call to a service, in the way that it speaks; each answers
// the name of the instance that answered.
type calls struct {
	client   *miko.Client
	http     *http.Client
	limit    time.Duration
	channels map[string]*grpc.ClientConn
}

// answer is what every service of the demo says of itself.
type answer struct {
	Instance string `json:"instance"`
}

func newCalls(client *miko.Client, o *orders) (*calls, error) {
	c := &calls{client: client, http: client.HTTP(), limit: duration(o.CallLimitMS), channels: map[string]*grpc.ClientConn{}}
	for _, s := range o.Services {
		if s.Speech != "grpc" {
			continue
		}
		options := append(mikogrpc.DialOptions(client, mikogrpc.Repeatable(latest)),
			grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.ForceCodec(jsonCodec{})))
		channel, err := grpc.NewClient(mikogrpc.Scheme+":///"+s.Name, options...)
		if err != nil {
			c.close()
			return nil, err
		}
		c.channels[s.Name] = channel
	}
	return c, nil
}

func (c *calls) close() {
	for _, channel := range c.channels {
		_ = channel.Close()
	}
}

// tryEach calls each service once, at the same time; what fails is passed over.
func (c *calls) tryEach(services []service) {
	var all sync.WaitGroup
	for _, s := range services {
		all.Add(1)
		go func() {
			defer all.Done()
			_, _ = c.call(s)
		}()
	}
	all.Wait()
}

func (c *calls) call(s service) (string, error) {
	switch s.Speech {
	case "grpc":
		return c.grpc(s.Name)
	case "tcp":
		return c.tcp(s.Name)
	}
	return c.get(s.Name)
}

func (c *calls) get(name string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+name+"/things/1", nil)
	if err != nil {
		return "", err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answered %s", name, response.Status)
	}
	var from answer
	err = json.Unmarshal(body, &from)
	return from.Instance, err
}

func (c *calls) grpc(name string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.limit)
	defer cancel()
	var from answer
	err := c.channels[name].Invoke(ctx, "/"+latest, map[string]string{"symbol": "MIKO"}, &from)
	return from.Instance, err
}

type jsonCodec struct{}

var _ encoding.Codec = jsonCodec{}

func (jsonCodec) Marshal(message any) ([]byte, error) { return json.Marshal(message) }

func (jsonCodec) Unmarshal(data []byte, message any) error { return json.Unmarshal(data, message) }

func (jsonCodec) Name() string { return "json" }
