// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/json.hpp"
#include "fake_exchange.hpp"
#include "server/api_server.hpp"
#include "server/local_api.hpp"
#include "support/sim_loop.hpp"
#include "support/sim_object_storage.hpp"

#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::server {

/// Reads only what JSON documents in one line need.
inline std::expected<std::vector<api::Node>, api::Issue> json_as_yaml(std::string_view text) {
    auto document = api::parse_json(text);
    if (!document) return std::unexpected(document.error());
    return std::vector<api::Node>{*std::move(document)};
}

/// An API server on virtual time over a simulated disk.
struct ServerTest : testing::Test {
    ServerTest() {
        const Status loaded = loop.run(objects.load());
        EXPECT_TRUE(loaded);
    }
    ~ServerTest() override { loop.run(objects.stop()); }

    std::unique_ptr<FakeExchange> ask(std::string method, std::string target, std::string body = "",
                                      std::vector<HttpHeader> headers = {}) {
        auto exchange = std::make_unique<FakeExchange>(
            HttpServerRequest{std::move(method), std::move(target), std::move(headers), std::move(body), {}});
        loop.run(server().handle(exchange.get()));
        return exchange;
    }
    /// `404 {"kind":"Status",...}`
    std::string answer(std::string method, std::string target, std::string body = "",
                       std::vector<HttpHeader> headers = {}) {
        const auto exchange = ask(std::move(method), std::move(target), std::move(body), std::move(headers));
        return fmt::format("{} {}", exchange->reply.status, exchange->reply.body);
    }
    /// `404 NotFound: pods "x" not found` of a failure; `200` of anything else.
    std::string verdict(std::string method, std::string target, std::string body = "",
                        std::vector<HttpHeader> headers = {}) {
        const auto exchange = ask(std::move(method), std::move(target), std::move(body), std::move(headers));
        const auto document = api::parse_json(exchange->reply.body);
        if (exchange->reply.status < 300 || !document) return std::to_string(exchange->reply.status);
        return fmt::format("{} {}: {}", exchange->reply.status, text(*document, "reason"),
                           text(*document, "message"));
    }
    api::Node json(std::string method, std::string target, std::string body = "",
                   std::vector<HttpHeader> headers = {}) {
        const auto exchange = ask(std::move(method), std::move(target), std::move(body), std::move(headers));
        auto document = api::parse_json(exchange->reply.body);
        return document ? *std::move(document) : api::Node();
    }
    /// The text at `a.b.c`, written as JSON when it is none; `-` when there is nothing.
    static std::string text(const api::Node& document, std::string_view path) {
        const api::Node* node = &document;
        while (!path.empty() && node != nullptr) {
            const std::size_t dot = std::min(path.find('.'), path.size());
            node = node->find(path.substr(0, dot));
            path.remove_prefix(std::min(dot + 1, path.size()));
        }
        if (node == nullptr) return "-";
        return node->as_string() != nullptr ? *node->as_string() : api::write_json(*node);
    }

    static constexpr std::string_view maps = "/api/v1/namespaces/default/configmaps";
    static constexpr std::string_view pods = "/api/v1/namespaces/default/pods";

    /// Makes a ConfigMap with these labels (`"a":"b"`).
    std::string make_map(std::string_view name, std::string_view labels = "") {
        return verdict("POST", std::string(maps),
                       fmt::format(R"({{"metadata":{{"name":"{}","labels":{{{}}}}},"data":{{"k":"v"}}}})",
                                   name, labels));
    }
    /// Makes a Pod; `node` may be empty.
    std::string make_pod(std::string_view name, std::string_view node, std::string_view metadata = "") {
        return verdict(
            "POST", std::string(pods),
            fmt::format(R"({{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"{}"{}}},)"
                        R"("spec":{{"nodeName":"{}","containers":[{{"name":"c","image":"i"}}]}}}})",
                        name, metadata, node));
    }
    std::string path(std::string_view collection, std::string_view name) {
        return fmt::format("{}/{}", collection, name);
    }

    ApiServer server() { return {{services, json_as_yaml, nullptr, nullptr}, {}}; }

    sim::SimLoop loop;
    sim::History history{&loop.clock()};
    sim::FaultInjector faults{{}, sim::SimRandom(1), &loop.clock(), &history};
    sim::SimObjectStorage storage{&loop.clock(), sim::SimRandom(2), &faults};
    sim::SimRandom random{3};
    store::ObjectStore objects{&storage, &loop.clock(), loop.executor(), {.fields_of = fields_of_kinds()}};
    Services services{&objects, &loop.clock(), &random};
};

}  // namespace hooklet::server
