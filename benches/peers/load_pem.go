// What Go spends on a file of certificates in PEM: load_pem FILE REPEATS prints the CPU seconds of all repeats.
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

func load(text []byte) int {
	count := 0
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return count
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			panic(err)
		}
		count++
	}
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	seconds := func(time syscall.Timeval) float64 { return float64(time.Sec) + float64(time.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	repeats, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	count := load(text)
	start := cpuSeconds()
	for ; repeats > 0; repeats-- {
		if load(text) != count || count == 0 {
			panic("another count")
		}
	}
	fmt.Printf("%.9f\n", cpuSeconds()-start)
}
