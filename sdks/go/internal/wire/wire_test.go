package wire

import (
	"encoding/json"
	"testing"
)

const endpoint = `{"id":"ep_1","instance":"web-1","host":"127.0.0.1","port":80,"protocol":"http","public_url":null,"zone":null,"weight":100,
	"tags":["a",1],"labels":{"x":"y","z":1},"health":"passing","state":"active","revision":7,"later":{}}`

func TestWhatIsNotKnownIsPassedOver(t *testing.T) {
	frame, err := ReadFrame("snapshot", []byte(`{"revision":7,"later":1,"services":{"web":{"state":"known","cause":null,"revision":7,"endpoints":[`+endpoint+`]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	one := frame.(*Snapshot).Services["web"].Endpoints[0]
	if one.Host != "127.0.0.1" || one.Port != 80 || len(one.Tags) != 1 || len(one.Labels) != 1 || one.Zone != "" {
		t.Errorf("%+v", one)
	}
	if frame, err := ReadFrame("tomorrow", []byte(`nonsense`)); frame != nil || err != nil {
		t.Errorf("%v %v", frame, err)
	}
}

func TestWhatWouldSendCallsAstrayIsRefused(t *testing.T) {
	for name, frame := range map[string][2]string{
		"no JSON":                {"snapshot", `{`},
		"no revision":            {"snapshot", `{"services":{}}`},
		"no services":            {"delta", `{"revision":1}`},
		"a revision below 0":     {"bookmark", `{"revision":-1}`},
		"a service that is none": {"snapshot", `{"revision":1,"services":{"web":null}}`},
		"a state of its own":     {"snapshot", `{"revision":1,"services":{"web":{"state":"maybe","endpoints":[]}}}`},
		"no endpoints":           {"snapshot", `{"revision":1,"services":{"web":{"state":"known"}}}`},
		"an endpoint without id": {"snapshot", `{"revision":1,"services":{"web":{"state":"known","endpoints":[{"instance":"a"}]}}}`},
		"a gone without id":      {"delta", `{"revision":1,"services":{"web":{"state":"known","gone":[{"instance":"a"}]}}}`},
		"weight as text":         {"delta", `{"revision":1,"services":{"web":{"state":"known","set":[{"weight":"1"}]}}}`},
	} {
		if got, err := ReadFrame(frame[0], []byte(frame[1])); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAnEndpointIsWrittenAsItWasRead(t *testing.T) {
	var one, again Endpoint
	if err := json.Unmarshal([]byte(endpoint), &one); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &again); err != nil || again.Check("it") != nil || again.ID != "ep_1" || again.Labels["x"] != "y" {
		t.Errorf("%s: %v", text, err)
	}
}
