package wire

import "encoding/json"

// Fields of later words than this version knows are passed over: a wrong type
// reads as absent where absence is safe.

// Text is a string, written as null when empty.
type Text string

func (t *Text) UnmarshalJSON(data []byte) error {
	var text string
	if len(data) > 0 && data[0] == '"' && json.Unmarshal(data, &text) == nil {
		*t = Text(text)
	}
	return nil
}

func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// Number is a whole number, written as null when 0.
type Number int

func (n *Number) UnmarshalJSON(data []byte) error {
	var number int
	if json.Unmarshal(data, &number) == nil {
		*n = Number(number)
	}
	return nil
}

func (n Number) MarshalJSON() ([]byte, error) {
	if n == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int(n))
}

// Flag is true only when it says so.
type Flag bool

func (f *Flag) UnmarshalJSON(data []byte) error {
	*f = string(data) == "true"
	return nil
}

// Words are the strings of a list; anything else in it is passed over.
type Words []string

func (w *Words) UnmarshalJSON(data []byte) error {
	var items []json.RawMessage
	if string(data) == "null" {
		return nil
	}
	if err := json.Unmarshal(data, &items); err != nil {
		return err
	}
	for _, item := range items {
		var word string
		if item[0] == '"' && json.Unmarshal(item, &word) == nil {
			*w = append(*w, word)
		}
	}
	return nil
}

func (w Words) MarshalJSON() ([]byte, error) {
	if w == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]string(w))
}

// Labels are the string members of an object.
type Labels map[string]string

func (l *Labels) UnmarshalJSON(data []byte) error {
	var items map[string]json.RawMessage
	if string(data) == "null" {
		return nil
	}
	if err := json.Unmarshal(data, &items); err != nil {
		return err
	}
	for name, item := range items {
		var value string
		if item[0] != '"' || json.Unmarshal(item, &value) != nil {
			continue
		}
		if *l == nil {
			*l = Labels{}
		}
		(*l)[name] = value
	}
	return nil
}

func (l Labels) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]string(l))
}
