package mikogrpc

import (
	"testing"
)

func TestTheServiceConfig(t *testing.T) {
	const miko = `"loadBalancingConfig":[{"miko":{}}]`
	const retry = `"retryPolicy":{"backoffMultiplier":2,"initialBackoff":"0.025s","maxAttempts":3,"maxBackoff":"1s","retryableStatusCodes":["UNAVAILABLE","RESOURCE_EXHAUSTED"]}`
	const budget = `"retryThrottling":{"maxTokens":100,"tokenRatio":0.2}`
	for _, row := range []struct {
		name string
		opts []Option
		want string
	}{
		{"names the balancer", nil, `{` + miko + `}`},
		{"replaces another balancer and keeps the rest", []Option{WithServiceConfig(`{"loadBalancingConfig":[{"pick_first":{}}],"methodConfig":[{"name":[{}],"timeout":"1s"}]}`)},
			`{` + miko + `,"methodConfig":[{"name":[{}],"timeout":"1s"}]}`},
		{"repeats what may be", []Option{Repeatable("shop.Cart/Get", "/shop.Stock")},
			`{` + miko + `,"methodConfig":[{"name":[{"service":"shop.Cart","method":"Get"},{"service":"shop.Stock"}],` + retry + `}],` + budget + `}`},
		{"lets the user's word win", []Option{Repeatable("shop.Cart/Get"), WithServiceConfig(`{"methodConfig":[{"name":[{"service":"shop.Cart","method":"Get"}]}],"retryThrottling":{"maxTokens":1,"tokenRatio":1}}`)},
			`{` + miko + `,"methodConfig":[{"name":[{"method":"Get","service":"shop.Cart"}]}],"retryThrottling":{"maxTokens":1,"tokenRatio":1}}`},
	} {
		var o options
		for _, set := range row.opts {
			set(&o)
		}
		if got, err := o.serviceConfigJSON(); err != nil || got != row.want {
			t.Errorf("%s: %v\n got %s\nwant %s", row.name, err, got, row.want)
		}
	}
}
