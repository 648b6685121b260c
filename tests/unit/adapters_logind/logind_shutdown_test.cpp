// SPDX-License-Identifier: Apache-2.0
#include "adapters/logind/logind_shutdown.hpp"

#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

namespace hooklet {
namespace {

using testing::HasSubstr;

/// A bus of the test's own.
class PrivateBus {
  public:
    PrivateBus() {
        const std::string config = folder_.path("bus.conf");
        std::ofstream(config) << "<busconfig><type>session</type><listen>" << address()
                              << R"(</listen><policy context="default"><allow send_destination="*"/>)"
                              << R"(<allow receive_sender="*"/><allow own="*"/></policy></busconfig>)";
        std::array<int, 2> ready{};
        if (::pipe(ready.data()) != 0) throw std::runtime_error("pipe");
        const std::string file = "--config-file=" + config;
        const std::string print = "--print-pid=" + std::to_string(ready[1]);
        std::array<char*, 6> argv{const_cast<char*>("dbus-daemon"), const_cast<char*>(file.c_str()),
                                  const_cast<char*>("--nofork"),    const_cast<char*>("--nopidfile"),
                                  const_cast<char*>(print.c_str()), nullptr};
        if (::posix_spawnp(&pid_, "dbus-daemon", nullptr, nullptr, argv.data(), environ) != 0)
            throw std::runtime_error("dbus-daemon");
        ::close(ready[1]);
        char byte = 0;
        if (::read(ready[0], &byte, 1) != 1) throw std::runtime_error("dbus-daemon did not start");
        ::close(ready[0]);
    }
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;
    ~PrivateBus() { end(); }
    void end() {
        if (pid_ == 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(std::exchange(pid_, 0), nullptr, 0);
    }
    [[nodiscard]] std::string address() const { return "unix:path=" + folder_.path("bus"); }

  private:
    ScratchFolder folder_;
    pid_t pid_ = 0;
};

/// What of logind the adapter uses, on a thread of its own.
class FakeLogind {
  public:
    explicit FakeLogind(const std::string& address) {
        sd_bus_new(&bus_);
        sd_bus_set_address(bus_, address.c_str());
        sd_bus_set_bus_client(bus_, 1);
        EXPECT_GE(sd_bus_start(bus_), 0);
        static const std::array vtable{
            sd_bus_vtable SD_BUS_VTABLE_START(0),
            sd_bus_vtable SD_BUS_METHOD("Inhibit", "ssss", "h", &FakeLogind::inhibit,
                                        SD_BUS_VTABLE_UNPRIVILEGED),
            sd_bus_vtable SD_BUS_PROPERTY("InhibitDelayMaxUSec", "t", &FakeLogind::longest, 0,
                                          SD_BUS_VTABLE_PROPERTY_CONST),
            sd_bus_vtable SD_BUS_VTABLE_END};
        EXPECT_GE(sd_bus_add_object_vtable(bus_, nullptr, "/org/freedesktop/login1",
                                           "org.freedesktop.login1.Manager", vtable.data(), this),
                  0);
        EXPECT_GE(sd_bus_request_name(bus_, "org.freedesktop.login1", 0), 0);
        thread_ = std::thread([this] { serve(); });
    }
    FakeLogind(const FakeLogind&) = delete;
    FakeLogind& operator=(const FakeLogind&) = delete;
    ~FakeLogind() {
        over_ = true;
        thread_.join();
        sd_bus_close_unref(bus_);
        if (held_ >= 0) ::close(held_);
    }
    void prepare_for_shutdown(bool begins) { signal_ = begins ? 1 : 0; }
    /// Whether somebody holds the newest inhibitor.
    [[nodiscard]] bool is_held() const {
        pollfd end{held_, POLLIN, 0};
        return held_ >= 0 && ::poll(&end, 1, 0) == 0;
    }
    [[nodiscard]] int inhibitors() const { return inhibitors_; }

  private:
    void serve() {
        while (!over_) {
            while (sd_bus_process(bus_, nullptr) > 0) continue;
            const int signal = signal_.exchange(-1);
            if (signal >= 0) {
                sd_bus_emit_signal(bus_, "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
                                   "PrepareForShutdown", "b", signal);
            }
            sd_bus_wait(bus_, 20'000);
        }
    }
    static int inhibit(sd_bus_message* call, void* self, sd_bus_error* /*error*/) {
        auto* logind = static_cast<FakeLogind*>(self);
        const char* what = nullptr;
        const char* who = nullptr;
        const char* why = nullptr;
        const char* mode = nullptr;
        sd_bus_message_read(call, "ssss", &what, &who, &why, &mode);
        EXPECT_STREQ(what, "shutdown");
        EXPECT_STREQ(mode, "delay");
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return -errno;
        if (logind->held_ >= 0) ::close(logind->held_);
        logind->held_ = ends[0];
        ++logind->inhibitors_;
        const int sent = sd_bus_reply_method_return(call, "h", ends[1]);
        ::close(ends[1]);
        return sent;
    }
    static int longest(sd_bus* /*bus*/, const char* /*path*/, const char* /*interface*/,
                       const char* /*property*/, sd_bus_message* reply, void* /*self*/,
                       sd_bus_error* /*error*/) {
        return sd_bus_message_append(reply, "t", std::uint64_t{5'000'000});
    }

    sd_bus* bus_ = nullptr;
    std::thread thread_;
    std::atomic<bool> over_ = false;
    std::atomic<int> signal_ = -1;
    std::atomic<int> held_ = -1;
    std::atomic<int> inhibitors_ = 0;
};

class LogindTest : public testing::Test {
  protected:
    MachineShutdown::Listener listener() {
        return {[this](Duration longest) {
                    longest_ = longest;
                    if (first_time_) logind_->prepare_for_shutdown(true);
                    first_time_ = false;
                },
                [this](bool begins) { hear(begins); }};
    }
    /// The machine begins to go down; the Pods have ended at once; then it does not go down.
    void hear(bool begins) {
        if (begins) {
            EXPECT_TRUE(logind_->is_held());
            shutdown_->let_go();
            EXPECT_FALSE(logind_->is_held());
            logind_->prepare_for_shutdown(false);
        } else {
            EXPECT_TRUE(logind_->is_held()) << "the next one is held up again";
            EXPECT_EQ(logind_->inhibitors(), 2);
            if (on_called_off_) on_called_off_();
        }
    }

    asio::io_context loop_;
    PrivateBus bus_;
    std::optional<FakeLogind> logind_;
    std::optional<LogindShutdown> shutdown_{std::in_place, loop_.get_executor(), bus_.address()};
    Duration longest_{};
    bool first_time_ = true;
    std::function<void()> on_called_off_;
};

TEST_F(LogindTest, HoldsShutdownsUpAndTellsOfThem) {
    logind_.emplace(bus_.address());
    CancelSource cancel;
    on_called_off_ = [&cancel] { cancel.cancel(); };
    const Status ended = run(loop_, shutdown_->watch(listener(), cancel.token()));
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, Code::cancelled);
    EXPECT_EQ(longest_, std::chrono::seconds{5});
    EXPECT_FALSE(logind_->is_held());
}

TEST_F(LogindTest, SaysThatThereIsNoLogind) {
    const Status ended = run(loop_, shutdown_->watch(listener(), {}));
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, Code::unavailable);
    EXPECT_THAT(ended.error().message, HasSubstr("logind's inhibitor: "));
}

TEST_F(LogindTest, SaysThatThereIsNoBus) {
    bus_.end();
    const Status ended = run(loop_, shutdown_->watch(listener(), {}));
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, Code::unavailable);
    EXPECT_THAT(ended.error().message, HasSubstr("the system's bus: "));
}

TEST_F(LogindTest, SaysThatTheBusIsGone) {
    logind_.emplace(bus_.address());
    on_called_off_ = [this] { bus_.end(); };
    const Status ended = run(loop_, shutdown_->watch(listener(), {}));
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, Code::unavailable);
}

}  // namespace
}  // namespace hooklet
