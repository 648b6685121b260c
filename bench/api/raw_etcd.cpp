// SPDX-License-Identifier: Apache-2.0
#include "bench/api/raw_etcd.hpp"

#include "adapters/asio/asio_clock.hpp"
#include "adapters/cri/grpc_client.hpp"
#include "adapters/posix/process.hpp"

#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

namespace hooklet::bench {

namespace {

using std::chrono::steady_clock;

constexpr Duration patience = std::chrono::seconds{30};
constexpr Duration look_often = std::chrono::milliseconds{20};
constexpr int puts_alone = 300;
/// etcd makes a socket of this name in its working folder.
constexpr const char* socket_name = "localhost:2379";

/// A field of protobuf that is bytes.
std::string bytes_field(char number, const std::string& bytes) {
    std::string field{static_cast<char>(number << 3 | 2)};
    std::size_t length = bytes.size();
    for (; length >= 0x80U; length >>= 7U) field += static_cast<char>((length & 0x7FU) | 0x80U);
    return field + static_cast<char>(length) + bytes;
}

/// An etcdserverpb.PutRequest.
std::string put_request(int key, std::size_t size) {
    return bytes_field(1, fmt::format("/registry/pods/default/pod-{}", key)) +
           bytes_field(2, std::string(size, 'x'));
}

class Etcd {
  public:
    Etcd(std::string program, std::string folder)
        : program_(std::move(program)), folder_(std::move(folder)) {}

    EtcdRates measure(std::size_t size, int clients, int count) {
        EtcdRates rates;
        run(1, [this](int) { return start(); });
        rates.together = rate(size, clients, count);
        rates.alone = rate(size, 1, puts_alone);
        run(1, [this](int) { return end(); });
        return rates;
    }

  private:
    /// Until all tasks have ended; the connection goes on.
    void run(int tasks, const std::function<Task<void>(int)>& task) {
        int left = tasks;
        for (int i = 0; i < tasks; ++i) {
            asio::co_spawn(loop_, task(i), [&](const std::exception_ptr& error) {
                if (error) std::rethrow_exception(error);
                if (--left == 0) loop_.stop();
            });
        }
        loop_.run();
        loop_.restart();
    }

    Task<void> start() {
        SpawnOptions options;
        options.argv = {"sh",
                        "-c",
                        R"(cd "$1" && exec "$2" --data-dir data --log-level error )"
                        R"(--listen-client-urls "unix://$3" --advertise-client-urls "unix://$3" )"
                        R"(--listen-peer-urls unix://localhost:2380)",
                        "etcd",
                        folder_,
                        program_,
                        socket_name};
        options.ends_with_parent = true;
        auto child = Child::spawn(loop_.get_executor(), options);
        if (!child) throw std::runtime_error(child.error().text());
        child_.emplace(*std::move(child));
        const MonotonicTime limit = clock_.now() + patience;
        Status answered = co_await put(0, 1);
        while (!answered) {
            if (clock_.now() > limit) throw std::runtime_error("etcd: " + answered.error().text());
            (void)co_await sleep_until(&clock_, clock_.call_within(look_often));
            answered = co_await put(0, 1);
        }
    }

    Task<void> end() {
        co_await client_.stop();
        child_->signal(SIGTERM);
        (void)co_await child_->wait(&clock_, clock_.call_within(patience));
    }

    Task<Status> put(int key, std::size_t size) {
        const auto answer = co_await client_.unary("/etcdserverpb.KV/Put", put_request(key, size),
                                                   clock_.call_within(patience));
        co_return answer ? Status{} : std::unexpected(answer.error());
    }

    Task<void> putter(int from, int count, int step, std::size_t size) {
        for (int key = from; key < count; key += step) {
            const Status done = co_await put(key, size);
            if (!done) throw std::runtime_error("etcd: " + done.error().text());
        }
    }

    double rate(std::size_t size, int clients, int count) {
        const auto begun = steady_clock::now();
        run(clients, [=, this](int client) { return putter(client, count, clients, size); });
        return count / std::chrono::duration<double>(steady_clock::now() - begun).count();
    }

    std::string program_;
    std::string folder_;
    asio::io_context loop_{1};
    AsioClock clock_{loop_.get_executor()};
    cri::GrpcClient client_{loop_.get_executor(), &clock_, folder_ + "/" + socket_name};
    std::optional<Child> child_;
};

}  // namespace

EtcdRates raw_etcd_writes(const std::string& program, const std::string& folder, std::size_t size,
                          int clients, int count) {
    std::filesystem::create_directories(folder);
    return Etcd(program, folder).measure(size, clients, count);
}

}  // namespace hooklet::bench
