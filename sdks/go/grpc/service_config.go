package mikogrpc

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The defaults of docs/protocol.md, section 4.3, as far as gRPC has them.
var (
	repetition = map[string]any{
		"maxAttempts": 3, "initialBackoff": "0.025s", "maxBackoff": "1s", "backoffMultiplier": 2,
		"retryableStatusCodes": []string{"UNAVAILABLE", "RESOURCE_EXHAUSTED"},
	}
	budget = map[string]any{"maxTokens": 100, "tokenRatio": 0.2}
)

// serviceConfigJSON is what the resolver gives gRPC: what the user said, with the
// balancer and the repeatable methods put in.
func (o *options) serviceConfigJSON() (string, error) {
	config := map[string]any{}
	if o.serviceConfig != "" {
		if err := json.Unmarshal([]byte(o.serviceConfig), &config); err != nil {
			return "", fmt.Errorf("mikogrpc: the service config is no JSON object: %w", err)
		}
	}
	config["loadBalancingConfig"] = []any{map[string]any{balancerName: map[string]any{}}}
	if len(o.repeatable) > 0 {
		names, err := methodNames(o.repeatable)
		if err != nil {
			return "", err
		}
		methods, _ := config["methodConfig"].([]any)
		// gRPC takes the most exact name, and refuses one that stands twice.
		names = without(names, methods)
		if len(names) > 0 {
			config["methodConfig"] = append(methods, map[string]any{"name": names, "retryPolicy": repetition})
		}
		if _, said := config["retryThrottling"]; !said {
			config["retryThrottling"] = budget
		}
	}
	text, err := json.Marshal(config)
	return string(text), err
}

// methodName is one as gRPC writes it; no Method means all of the service.
type methodName struct {
	Service string `json:"service"`
	Method  string `json:"method,omitempty"`
}

func methodNames(methods []string) ([]methodName, error) {
	var names []methodName
	for _, text := range methods {
		service, method, _ := strings.Cut(strings.TrimPrefix(text, "/"), "/")
		if service == "" || strings.Contains(method, "/") {
			return nil, fmt.Errorf("mikogrpc: %q is not package.Service/Method or package.Service", text)
		}
		names = append(names, methodName{service, method})
	}
	return names, nil
}

// without leaves out the names that the user's method configs have already.
func without(names []methodName, configs []any) []methodName {
	said := map[methodName]bool{}
	for _, config := range configs {
		fields, _ := config.(map[string]any)
		entries, _ := fields["name"].([]any)
		for _, entry := range entries {
			name, _ := entry.(map[string]any)
			service, _ := name["service"].(string)
			method, _ := name["method"].(string)
			said[methodName{service, method}] = true
		}
	}
	var left []methodName
	for _, name := range names {
		if !said[name] {
			said[name] = true
			left = append(left, name)
		}
	}
	return left
}
