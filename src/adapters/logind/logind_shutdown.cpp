// SPDX-License-Identifier: Apache-2.0
#include "adapters/logind/logind_shutdown.hpp"

#include "base/promise.hpp"

#include <cstring>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

namespace hooklet {

namespace {

constexpr const char* service = "org.freedesktop.login1";
constexpr const char* object = "/org/freedesktop/login1";
constexpr const char* manager = "org.freedesktop.login1.Manager";
/// The loop stands still for a call, which on a healthy machine takes a millisecond.
constexpr std::uint64_t call_limit_us = 2'000'000;

std::unexpected<Error> unavailable(const char* what, int error) {
    return fail(Code::unavailable, std::string(what) + ": " + std::strerror(-error));
}

struct BusCloser {
    void operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }
};
using Bus = std::unique_ptr<sd_bus, BusCloser>;

struct BusError {
    BusError() = default;
    BusError(const BusError&) = delete;
    BusError& operator=(const BusError&) = delete;
    ~BusError() { sd_bus_error_free(&error); }
    [[nodiscard]] std::unexpected<Error> text(const char* what, int code) const {
        if (error.message == nullptr) return unavailable(what, code);
        return fail(Code::unavailable, fmt::format("{}: {}", what, error.message));
    }
    sd_bus_error error{};
};

Result<Bus> connect(const std::string& address) {
    sd_bus* raw = nullptr;
    int done = sd_bus_new(&raw);
    Bus bus(raw);
    if (done >= 0 && address.empty()) {
        bus.reset();
        done = sd_bus_open_system(&raw);
        if (done >= 0) bus.reset(raw);
    } else if (done >= 0) {
        done = sd_bus_set_address(raw, address.c_str());
        if (done >= 0) done = sd_bus_set_bus_client(raw, 1);
        if (done >= 0) done = sd_bus_start(raw);
    }
    if (done >= 0) done = sd_bus_set_method_call_timeout(bus.get(), call_limit_us);
    if (done < 0) return unavailable("the system's bus", done);
    return bus;
}

}  // namespace

/// One connection. Shared with the pending wait, which outlives the watch.
class LogindShutdown::Session : public std::enable_shared_from_this<Session> {
  public:
    Session(const Executor& executor, Bus bus, Listener listener)
        : bus_(std::move(bus)), descriptor_(executor), listener_(std::move(listener)) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() { let_go(); }

    Status begin() {
        const int matched = sd_bus_match_signal(bus_.get(), nullptr, service, object, manager,
                                                "PrepareForShutdown", &Session::on_signal, this);
        if (matched < 0) return unavailable("logind's signals", matched);
        if (const Status held = hold(); !held) return held;
        // The bus closes its descriptor, so that the loop gets one of its own.
        descriptor_.assign(::fcntl(sd_bus_get_fd(bus_.get()), F_DUPFD_CLOEXEC, 3));
        return listen();
    }

    Task<Status> end() { co_return co_await end_.get(); }
    void stop(Status why) {
        end_.set(std::move(why));
        boost::system::error_code ignored;
        descriptor_.close(ignored);
        let_go();
    }

    void let_go() {
        if (inhibitor_ >= 0) ::close(std::exchange(inhibitor_, -1));
    }

  private:
    /// Takes the inhibitor and says how long it holds.
    Status hold() {
        BusError error;
        sd_bus_message* raw = nullptr;
        const int called =
            sd_bus_call_method(bus_.get(), service, object, manager, "Inhibit", &error.error, &raw, "ssss",
                               "shutdown", "hooklet", "Pods are ended gracefully", "delay");
        const std::unique_ptr<sd_bus_message, decltype(&sd_bus_message_unref)> reply(raw,
                                                                                     sd_bus_message_unref);
        if (called < 0) return error.text("logind's inhibitor", called);
        int fd = -1;
        const int read = sd_bus_message_read(raw, "h", &fd);
        if (read < 0) return unavailable("logind's inhibitor", read);
        inhibitor_ = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
        std::uint64_t longest_us = 0;
        const int asked = sd_bus_get_property_trivial(bus_.get(), service, object, manager,
                                                      "InhibitDelayMaxUSec", &error.error, 't', &longest_us);
        if (asked < 0) return error.text("logind's InhibitDelayMaxUSec", asked);
        listener_.holding(std::chrono::microseconds{longest_us});
        return {};
    }

    static int on_signal(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
        int begins = 0;
        if (sd_bus_message_read(message, "b", &begins) >= 0) {
            static_cast<Session*>(self)->shutdown(begins != 0);
        }
        return 0;
    }

    void shutdown(bool begins) {
        if (!begins && inhibitor_ < 0) {
            if (const Status held = hold(); !held) failure_ = held.error();
        }
        listener_.shutdown(begins);
    }

    /// Handles what has come, and waits for more.
    Status listen() {
        int handled = 1;
        while (handled > 0) handled = sd_bus_process(bus_.get(), nullptr);
        if (handled < 0) return unavailable("the system's bus", handled);
        if (failure_) return std::unexpected(*failure_);
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                               [self = shared_from_this()](const boost::system::error_code& error) {
                                   if (error || self->end_.is_set()) return;
                                   if (Status going = self->listen(); !going) self->stop(std::move(going));
                               });
        return {};
    }

    Bus bus_;
    asio::posix::stream_descriptor descriptor_;
    Listener listener_;
    Promise<Status> end_;
    std::optional<Error> failure_;
    int inhibitor_ = -1;
};

LogindShutdown::LogindShutdown(Executor executor, std::string bus)
    : executor_(std::move(executor)), bus_(std::move(bus)) {}

LogindShutdown::~LogindShutdown() {
    if (session_) session_->stop(fail(Code::cancelled, "nobody watches any more"));
}

Task<Status> LogindShutdown::watch(Listener listener, CancelToken cancel) {
    Result<Bus> bus = connect(bus_);
    if (!bus) co_return std::unexpected(bus.error());
    const auto session = std::make_shared<Session>(executor_, *std::move(bus), std::move(listener));
    session_ = session;
    Status ended = session->begin();
    if (ended) {
        const CancelRegistration on_cancel =
            cancel.on_cancel([session, cancel] { session->stop(std::unexpected(cancel.reason())); });
        ended = co_await session->end();
    }
    session->stop(ended);
    session_.reset();
    co_return ended;
}

void LogindShutdown::let_go() {
    if (session_) session_->let_go();
}

}  // namespace hooklet
