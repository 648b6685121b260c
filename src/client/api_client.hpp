// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "client/resource_type.hpp"
#include "ports/clock.hpp"
#include "ports/http_client.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hooklet::client {

/// What a Status of the API says, in kubectl's words: `Error from server (NotFound): pods "x" not found`.
Error error_of(const api::Node& status);

/// A change of one object, as a watch tells it.
struct WatchedChange {
    std::string type;  ///< `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK`
    api::Node object;
};

/// A watch: one change after the other.
class ChangeReader {
  public:
    explicit ChangeReader(std::unique_ptr<HttpAnswer> answer) : answer_(std::move(answer)) {}
    /// Nothing when the server has ended the watch. The Error of an ERROR event, or of the connection.
    Task<Result<std::optional<WatchedChange>>> next(Call call);

  private:
    std::unique_ptr<HttpAnswer> answer_;
    std::string text_;  ///< What is no whole line yet.
};

/// A Kubernetes API as a command sees it. Errors are in kubectl's words.
class ApiClient {
  public:
    /// `http` and `clock` outlive it; `on_warning` is told what the server's Warning headers say.
    struct Ports {
        HttpClient* http = nullptr;
        Clock* clock = nullptr;
        CancelToken cancel{};
        std::function<void(const std::string&)> on_warning{};
        std::vector<HttpHeader> headers{};  ///< Of every request: who asks.
        std::string path_prefix{};          ///< Before the path of every request.
        /// Words for a server that does not answer.
        std::function<Error(const Error&)> unreachable{};
    };
    explicit ApiClient(Ports ports) : ports_(std::move(ports)) {}

    Task<Result<api::Node>> get(std::string target, std::string accept = "application/json");
    /// Sends a document and returns the answer's.
    Task<Result<api::Node>> send(std::string method, std::string target, api::Node body,
                                 std::string content_type = "application/json");
    /// An answer that is read as it comes: a log, a watch, an upgrade.
    Task<Result<std::unique_ptr<HttpAnswer>>> open(HttpClientRequest request);
    Task<Result<ChangeReader>> watch(std::string target, std::string accept = "application/json");
    /// All resources of the API.
    Task<Result<ResourceTypes>> discover();

    [[nodiscard]] Clock& clock() const { return *ports_.clock; }
    [[nodiscard]] CancelToken cancel() const { return ports_.cancel; }
    /// A call without an end of its own.
    [[nodiscard]] Call unlimited() const { return {MonotonicTime::max(), ports_.cancel}; }

  private:
    Task<Result<api::Node>> whole(HttpClientRequest request);
    Ports ports_;
};

}  // namespace hooklet::client
