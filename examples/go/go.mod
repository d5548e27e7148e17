module github.com/miko-control-plane/miko/examples/go

go 1.24

require github.com/miko-control-plane/miko/sdks/go v0.1.0

replace github.com/miko-control-plane/miko/sdks/go => ../../sdks/go
