module github.com/miko-control-plane/miko/sdks/go

go 1.24
