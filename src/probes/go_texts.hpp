// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/network.hpp"

#include <string>
#include <vector>

/// What a kubelet's probes say of failures (lifecycle spec 5.4). They are the texts of Go's clients, on which
/// people's tools rely. Pure.
namespace hooklet::go_text {

/// `10.0.0.5:80`, `[fd00::1]:80`
std::string host_port(const std::string& host, std::uint16_t port);

/// Of a connection that could not be made: `dial tcp 10.0.0.5:80: connect: connection refused`.
std::string dial(const std::string& host, std::uint16_t port, const Error& error);

/// Of a GET that failed: `Get "http://10.0.0.5:80/": dial tcp 10.0.0.5:80: connect: connection refused`.
std::string get(const HttpRequest& request, const Error& error);

/// Of a health check that got no connection within `timeout`, or at all.
std::string grpc_connect(const GrpcHealthRequest& request, Duration timeout, const Error& error);

/// Of a health check that did not say SERVING; empty when it did.
std::string grpc_answer(const GrpcHealth& health, Duration timeout);

/// Of a command that was still running after `timeout`: `command timed out: "sleep 10" timed out after 1s`.
std::string command_timed_out(const std::vector<std::string>& command, Duration timeout);

}  // namespace hooklet::go_text
