package main

import (
	"context"
	"encoding/json"
)

// api calls one typed operation by its operationId.
func (d *driver) api(a args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	operation, err := a.text("operation")
	if err != nil {
		return nil, err
	}
	params := map[string]any{}
	if given, ok := a["params"].(map[string]any); ok {
		for name, value := range given {
			params[name] = value
		}
	}
	for _, name := range []string{"if_match", "idempotency_key"} {
		if value := a[name]; value != nil {
			params[name] = value
		}
	}
	body, err := json.Marshal(a["body"])
	if err != nil {
		return nil, err
	}
	status, answer, err := callAPI(context.Background(), client.API(), operation, params, body)
	if err != nil {
		return nil, err
	}
	return map[string]any{"status": status, "body": answer}, nil
}
