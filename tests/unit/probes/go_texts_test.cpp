// SPDX-License-Identifier: Apache-2.0
#include "probes/go_texts.hpp"

#include <gtest/gtest.h>

namespace hooklet::go_text {
namespace {

using namespace std::chrono_literals;

Error error(Code code, std::string message) {
    return {code, std::move(message)};
}

TEST(GoTexts, OfConnecting) {
    EXPECT_EQ(dial("10.0.0.5", 80, error(Code::unavailable, "connection refused")),
              "dial tcp 10.0.0.5:80: connect: connection refused");
    EXPECT_EQ(dial("fd00::1", 80, error(Code::deadline, "timed out")), "dial tcp [fd00::1]:80: i/o timeout");
    EXPECT_EQ(dial("db", 80, error(Code::not_found, "no such host")), "dial tcp: lookup db: no such host");
}

TEST(GoTexts, OfGets) {
    const HttpRequest request{.host = "10.0.0.5", .port = 8080, .target = "/up?x"};
    const std::string url = "Get \"http://10.0.0.5:8080/up?x\": ";
    EXPECT_EQ(get(request, error(Code::unavailable, "connection refused")),
              url + "dial tcp 10.0.0.5:8080: connect: connection refused");
    EXPECT_EQ(get(request, error(Code::unavailable, "EOF")), url + "EOF");
    EXPECT_EQ(get(request, error(Code::internal, "stopped after 10 redirects")),
              url + "stopped after 10 redirects");
    EXPECT_EQ(get(request, error(Code::deadline, "timed out")),
              url + "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    EXPECT_EQ(get({.tls = true, .host = "h", .port = 443},
                  error(Code::conflict, "server gave HTTP response to HTTPS client")),
              "Get \"https://h:443/\": http: server gave HTTP response to HTTPS client");
}

TEST(GoTexts, OfGrpcConnections) {
    const GrpcHealthRequest request{.host = "10.0.0.5", .port = 5000};
    EXPECT_EQ(grpc_connect(request, 2s, error(Code::deadline, "")),
              "timeout: failed to connect service \"10.0.0.5:5000\" within 2s: context deadline exceeded");
    EXPECT_EQ(grpc_connect(request, 2s, error(Code::unavailable, "connection refused")),
              "error: failed to connect service at \"10.0.0.5:5000\": dial tcp 10.0.0.5:5000: connect: "
              "connection refused");
    EXPECT_EQ(grpc_connect(request, 2s, error(Code::unavailable, "not HTTP/2")),
              "error: failed to connect service at \"10.0.0.5:5000\": not HTTP/2");
}

TEST(GoTexts, OfGrpcAnswers) {
    EXPECT_EQ(grpc_answer({.serving_status = 1}, 1s), "");
    EXPECT_EQ(grpc_answer({.serving_status = 2}, 1s), "service unhealthy (responded with \"NOT_SERVING\")");
    EXPECT_EQ(grpc_answer({.serving_status = 3}, 1s),
              "service unhealthy (responded with \"SERVICE_UNKNOWN\")");
    EXPECT_EQ(grpc_answer({.serving_status = 9}, 1s), "service unhealthy (responded with \"9\")");
    EXPECT_EQ(grpc_answer({12, "unknown service grpc.health.v1.Health"}, 1s),
              "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
              "unknown service grpc.health.v1.Health");
    EXPECT_EQ(grpc_answer({4, "late"}, 90s), "timeout: health rpc did not complete within 1m30s");
    EXPECT_EQ(grpc_answer({5, "unknown service"}, 1s),
              "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service");
    EXPECT_EQ(grpc_answer({99, "x"}, 1s),
              "error: health rpc probe failed: rpc error: code = Code(99) desc = x");
}

TEST(GoTexts, OfCommands) {
    EXPECT_EQ(command_timed_out({"sh", "-c", "sleep 10"}, 1s),
              "command timed out: \"sh -c sleep 10\" timed out after 1s");
    EXPECT_EQ(command_timed_out({"echo", "\"a\""}, 90s),
              "command timed out: \"echo \\\"a\\\"\" timed out after 1m30s");
}

}  // namespace
}  // namespace hooklet::go_text
