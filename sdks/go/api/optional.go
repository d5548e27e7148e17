package api

import "encoding/json"

// Optional is a field that may be left out, and may be null: its zero value is
// left out, Null is null, Set(v) is v.
type Optional[T any] struct {
	given bool
	value *T
}

// Set gives the field a value.
func Set[T any](value T) Optional[T] { return Optional[T]{given: true, value: &value} }

// Null says that the field is null.
func Null[T any]() Optional[T] { return Optional[T]{given: true} }

// Get answers the value; nil where it is null or left out, and given tells
// which.
func (o Optional[T]) Get() (value *T, given bool) { return o.value, o.given }

// IsZero tells encoding/json to leave the field out.
func (o Optional[T]) IsZero() bool { return !o.given }

// MarshalJSON writes the value or null.
func (o Optional[T]) MarshalJSON() ([]byte, error) { return json.Marshal(o.value) }

// UnmarshalJSON is only called for fields that are there.
func (o *Optional[T]) UnmarshalJSON(data []byte) error {
	o.given, o.value = true, nil
	return json.Unmarshal(data, &o.value)
}

// Ptr answers a pointer to a value, for fields that may be left out.
func Ptr[T any](value T) *T { return &value }
