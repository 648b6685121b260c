// SPDX-License-Identifier: Apache-2.0
#include "integration/run/registry.hpp"

#include "integration/run/hooklet_process.hpp"
#include "support/run_task.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <gtest/gtest.h>

namespace hooklet::testing {

using namespace std::chrono_literals;

namespace {

constexpr const char* settings = R"(version: 0.1
log: {level: info, accesslog: {disabled: false}}
storage: {filesystem: {rootdirectory: FOLDER}}
http: {addr: "127.0.0.1:0"}
)";

/// Where it says that it listens; empty until then.
std::string address_in(const std::string& log) {
    constexpr std::string_view words = "listening on ";
    const std::size_t found = log.find(words);
    if (found == std::string::npos) return {};
    const std::size_t begin = found + words.size();
    const std::size_t end = log.find_first_not_of("0123456789.:", begin);
    return end == std::string::npos ? std::string{} : log.substr(begin, end - begin);
}

}  // namespace

Registry::Registry(const std::string& folder) : log_(folder + "/log") {
    std::filesystem::create_directories(folder);
    std::string text = settings;
    text.replace(text.find("FOLDER"), 6, folder + "/data");
    std::ofstream(folder + "/config.yml") << text;
    const UniqueFd output(::open(log_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
    const auto started =
        Child::spawn(loop_.get_executor(),
                     {{HOOKLET_REGISTRY, "serve", folder + "/config.yml"}, output.get(), output.get(), true});
    EXPECT_TRUE(started) << started.error().text();
    if (!started) return;
    child_.emplace(*started);
    EXPECT_TRUE(eventually([this] { return !(address_ = address_in(read_text(log_))).empty(); }))
        << read_text(log_);
}

Registry::~Registry() {
    if (!child_) return;
    child_->signal(SIGKILL);
    EXPECT_TRUE(hooklet::run(loop_, child_->wait(&clock_, clock_.call_within(10s))));
}

std::string Registry::push(const std::string& archive, const std::string& name) {
    const std::string image = address_ + "/" + name;
    const std::vector<std::string> command{
        "skopeo",           "copy", "--insecure-policy", "--dest-tls-verify=false", "oci-archive:" + archive,
        "docker://" + image};
    const auto pushed =
        hooklet::run(loop_, run_command(loop_.get_executor(), &clock_, command, clock_.call_within(60s)));
    EXPECT_TRUE(pushed) << pushed.error().text();
    EXPECT_TRUE(pushed && pushed->exit.ok()) << (pushed ? pushed->err : "");
    return image;
}

int Registry::requests(const std::string& part) const {
    std::istringstream lines(read_text(log_));
    int count = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.contains("\"GET ") || line.contains("\"HEAD ")) count += line.contains(part) ? 1 : 0;
    }
    return count;
}

}  // namespace hooklet::testing
