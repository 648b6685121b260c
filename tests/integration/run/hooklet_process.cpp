// SPDX-License-Identifier: Apache-2.0
#include "integration/run/hooklet_process.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hooklet::testing {

using namespace std::chrono_literals;

bool eventually(const std::function<bool()>& done, std::chrono::seconds limit) {
    const auto late = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() > late) return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

std::string read_text(const std::string& path) {
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    // Of a process that ends meanwhile, the rest is missing; nothing is thrown.
    text << file.rdbuf();
    return text.str();
}

std::string hooklet_binary() {
    const char* other = std::getenv("HOOKLET_BINARY");  // NOLINT(concurrency-mt-unsafe)
    return other == nullptr ? HOOKLET_BINARY : other;
}

HookletProcess::HookletProcess(const std::string& folder, std::vector<std::string> args,
                               const std::string& input) {
    static int number = 0;
    const std::string base = folder + "/hooklet-" + std::to_string(++number);
    const std::string in = base + ".in";
    out_ = base + ".out";
    err_ = base + ".err";
    std::ofstream(in) << input;

    args.insert(args.begin(), hooklet_binary());
    std::vector<char*> argv;
    for (std::string& arg : args) argv.push_back(arg.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t files{};
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, in.c_str(), O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                       0600);
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                       0600);
    posix_spawnattr_t attributes{};
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    const int error = ::posix_spawn(&pid_, argv.front(), &files, &attributes, argv.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0) throw std::runtime_error("cannot start " + args.front());
}

HookletProcess::~HookletProcess() {
    if (ended()) return;
    signal(SIGTERM);
    signal(SIGTERM);  // with a grace period of 1 s
    if (eventually([this] { return ended(); }, 15s)) return;
    signal(SIGKILL);
    eventually([this] { return ended(); });
}

void HookletProcess::signal(int number) const {
    if (code_ < 0) ::kill(pid_, number);
}

void HookletProcess::ctrl_c() const {
    if (code_ < 0) ::kill(-pid_, SIGINT);
}

bool HookletProcess::ended() {
    int status = 0;
    if (code_ < 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return code_ >= 0;
}

int HookletProcess::wait(std::chrono::seconds limit) {
    if (!eventually([this] { return ended(); }, limit)) {
        ADD_FAILURE() << "hooklet did not end in time\n" << out() << err();
        signal(SIGKILL);
        eventually([this] { return ended(); });
    }
    return code_;
}

void HookletProcess::await(const std::string& pod, const std::string& what, int times) const {
    EXPECT_TRUE(eventually([&] { return records().count(pod, what) >= times; }))
        << "no " << what << " of " << pod << "\n"
        << out() << err();
}

}  // namespace hooklet::testing
