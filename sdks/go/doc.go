// Package miko is the Go SDK of Miko, a control plane for a fleet of services.
//
// A client is given Miko's address and a credential, nothing else. Every
// address of every service comes from the directory, is kept in memory and on
// disk, and serves on for as long as Miko is away.
//
//	client, err := miko.Connect(ctx, "https://miko.example", miko.WithToken(token))
//	if err != nil {
//		return err
//	}
//	defer client.Close(context.Background()) // departs in good order
//	answer, err := client.HTTP().Get("http://web/hello") // web is a service
//
// What the client does, with every default and formula, is the same in all
// SDKs of Miko and written down in docs/protocol.md; the sections named in
// comments are those of that page.
package miko

// Version is that of this module.
const Version = "0.1.0"

// apiDate is the date of the HTTP contract that this package was written for.
// It is sent with each call: what the credential is pinned to changes nothing.
const apiDate = "2026-12-01"

const userAgent = "miko-client-go/" + Version
