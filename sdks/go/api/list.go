package api

import "encoding/json"

// List is a list that is never null: a nil one is sent as an empty one.
type List[T any] []T

// MarshalJSON writes nil as [].
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]T(l))
}

// Map is a map that is never null: a nil one is sent as an empty one.
type Map[T any] map[string]T

// MarshalJSON writes nil as {}.
func (m Map[T]) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]T(m))
}
