// Google's own stand-in for Pub/Sub as a program, which listens on the port of this machine that it is given.
package main

import (
	"net"
	"os"

	"cloud.google.com/go/pubsub/v2/pstest"
)

func main() {
	pstest.NewServerWithAddress(net.JoinHostPort("127.0.0.1", os.Args[1]))
	select {}
}
