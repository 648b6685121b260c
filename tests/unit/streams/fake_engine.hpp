// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"
#include "ports/dialer.hpp"
#include "streams/spdy_session.hpp"
#include "support/memory_stream.hpp"
#include "support/sim_loop.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hooklet {

/// An engine's streaming side: answers with a URL, takes the connection and speaks SPDY, or echoes, as
/// containerd does.
class FakeEngine final : public cri::StreamingRuntime, public Dialer {
  public:
    /// What happens once all streams are there.
    using Script = std::function<Task<void>(FakeEngine*)>;

    explicit FakeEngine(sim::SimLoop* loop) : loop_(loop), gate_(loop->executor()) {}

    Task<Result<std::string>> exec(cri::ExecRequest request, Call /*call*/) override {
        exec_requests.push_back(std::move(request));
        co_return answer;
    }
    Task<Result<std::string>> attach(cri::AttachRequest request, Call /*call*/) override {
        attach_requests.push_back(std::move(request));
        co_return answer;
    }
    Task<Result<std::string>> port_forward(cri::PortForwardRequest request, Call /*call*/) override {
        forward_requests.push_back(std::move(request));
        co_return answer;
    }
    Task<Result<std::unique_ptr<ByteStream>>> connect(std::string host, std::uint16_t port,
                                                      Call /*call*/) override {
        dialed = host + ":" + std::to_string(port);
        auto [ours, theirs] = sim::MemoryStream::pair(&loop_->clock());
        connection = std::move(theirs);
        gate_.spawn(serve());
        std::unique_ptr<ByteStream> stream = std::move(ours);
        co_return stream;
    }

    Task<std::string> read(std::string type) { return read_all(streams.at(type)); }
    Task<void> write(std::string type, std::string bytes) {
        const Call unlimited{MonotonicTime::max(), {}};
        (void)co_await streams.at(type)->write(std::move(bytes), unlimited);
    }
    Task<void> end(std::string type) {
        const Call unlimited{MonotonicTime::max(), {}};
        (void)co_await streams.at(type)->end(unlimited);
    }
    /// As containerd ends a command: the outputs, the status, the connection.
    Task<void> finish(std::string status) {
        for (const char* type : {"stdout", "stderr"}) {
            if (streams.contains(type)) co_await end(type);
        }
        co_await write("error", std::move(status));
        co_await end("error");
    }
    Task<void> stop() { return gate_.close(); }

    Result<std::string> answer = "http://127.0.0.1:10010/exec/token";
    std::size_t stream_count = 0;  ///< To wait for before the script.
    Script script;
    /// Instead of 101, when set.
    std::string refusal;
    bool deaf = false;  ///< It reads nothing behind the head.

    std::vector<cri::ExecRequest> exec_requests;
    std::vector<cri::AttachRequest> attach_requests;
    std::vector<cri::PortForwardRequest> forward_requests;
    std::string dialed;
    std::string head;  ///< Of the request that asked for an upgrade.
    std::map<std::string, spdy::StreamPtr> streams;
    std::unique_ptr<sim::MemoryStream> connection;
    std::string raw;  ///< What came after the head, when there is no script.

  private:
    static Task<std::string> read_all(spdy::StreamPtr stream) {
        const Call unlimited{MonotonicTime::max(), {}};
        std::string all;
        while (true) {
            const auto piece = co_await stream->read(1024, unlimited);
            if (!piece || piece->empty()) co_return all;
            all += *piece;
        }
    }

    Task<void> serve() {
        const Call unlimited{MonotonicTime::max(), {}};
        while (!head.ends_with("\r\n\r\n")) {
            const auto byte = co_await connection->read(1, unlimited);
            if (!byte || byte->empty()) co_return;
            head += *byte;
        }
        const bool websocket = head.find("\r\nUpgrade: websocket\r\n") != std::string::npos;
        const std::string accepted = std::string("HTTP/1.1 101 Switching Protocols\r\nUpgrade: ") +
                                     (websocket ? "websocket" : "SPDY/3.1") + "\r\n\r\n";
        const std::string answer = refusal.empty() ? accepted : refusal;
        (void)co_await connection->write(answer, unlimited);
        if (!refusal.empty()) co_return connection->close();
        if (deaf) co_return;
        if (!script) co_return co_await echo();
        spdy::Session session(loop_->executor(), &loop_->clock(), connection.get(), spdy::Role::server);
        session.start();
        while (streams.size() < stream_count) {
            const auto stream = co_await session.accept(unlimited);
            if (!stream) break;
            streams[std::string(spdy::header((*stream)->headers(), "streamtype"))] = *stream;
        }
        if (streams.size() == stream_count) co_await script(this);
        co_await session.stop();
        streams.clear();
    }

    Task<void> echo() {
        const Call unlimited{MonotonicTime::max(), {}};
        while (true) {
            const auto bytes = co_await connection->read(1024, unlimited);
            if (!bytes || bytes->empty()) break;
            raw += *bytes;
            (void)co_await connection->write("<" + *bytes + ">", unlimited);
        }
        connection->close();
    }

    sim::SimLoop* loop_;
    Gate gate_;
};

}  // namespace hooklet
