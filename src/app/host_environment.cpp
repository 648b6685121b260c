// SPDX-License-Identifier: Apache-2.0
#include "app/host_environment.hpp"

#include "adapters/beast/beast_http_client.hpp"
#include "adapters/posix/posix_console.hpp"
#include "adapters/posix/process.hpp"
#include "adapters/yaml/yaml.hpp"
#include "api/json.hpp"
#include "app/agent.hpp"
#include "app/daemon.hpp"
#include "app/paths.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace hooklet::app {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// False when it could not be written; errno says why.
bool write_to(std::FILE* stream, std::string_view text) {
    const bool buffered = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
    return buffered && std::fflush(stream) == 0;
}

/// What no parser takes is not read: a device or a pipe may have no end.
Result<std::string> read_all(std::FILE* stream) {
    constexpr std::size_t limit = api::ParseLimits{}.bytes;
    std::string text;
    std::array<char, 64 * 1024> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stream)) {
        text.append(buffer.data(), count);
        if (text.size() > limit) return fail(Code::invalid, fmt::format("longer than {} bytes", limit));
    }
    if (std::ferror(stream) != 0) return std::unexpected(errno_error("cannot be read", errno));
    return text;
}

std::string value_of(const char* variable) {
    const char* value = std::getenv(variable);
    return value == nullptr ? "" : value;
}

}  // namespace

void HostEnvironment::out(std::string_view text) {
    if (text.empty() || write_to(stdout, text) || errno != EPIPE) return;
    // Not from here: the listener may be about to go, and acts on who is printing.
    asio::post(executor_, [this] {
        if (const auto listener = std::exchange(output_listener_, nullptr)) listener();
    });
}

void HostEnvironment::err(std::string_view text) {
    (void)write_to(stderr, text);
}

cli::Terminal HostEnvironment::terminal() const {
    cli::Terminal terminal;
    terminal.present = ::isatty(STDOUT_FILENO) == 1;
    if (!terminal.present) return terminal;
    const char* type = std::getenv("TERM");
    terminal.colours = value_of("NO_COLOR").empty() && type != nullptr && std::string_view(type) != "dumb";
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) terminal.width = size.ws_col;
    return terminal;
}

Result<std::string> HostEnvironment::read_input(std::string path) {
    if (path == "-") return read_all(stdin);
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
    if (!file) return std::unexpected(errno_error("cannot be read", errno));
    return read_all(file.get());
}

Result<std::optional<std::vector<std::string>>> HostEnvironment::list_directory(std::string path) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) return std::nullopt;
    std::vector<std::string> names;
    std::filesystem::directory_iterator entry(path, error);
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        names.push_back(entry->path().filename().string());
    }
    if (error) return std::unexpected(errno_error("cannot be listed", error.value()));
    return names;
}

api::DocumentParser HostEnvironment::yaml_parser() const {
    return yaml::parse_documents;
}

std::string HostEnvironment::variable(std::string name) const {
    return value_of(name.c_str());
}

Task<Result<cli::ProgramOutput>> HostEnvironment::run_program(std::vector<std::string> words,
                                                              CancelToken cancel) {
    Call call{MonotonicTime::max(), std::move(cancel)};
    auto ended = co_await run_command(executor_, &clock_, std::move(words), std::move(call));
    if (!ended) co_return std::unexpected(ended.error());
    const int code = ended->exit.signal != 0 ? 128 + ended->exit.signal : ended->exit.code;
    co_return cli::ProgramOutput{code, std::move(ended->out), std::move(ended->err)};
}

void HostEnvironment::on_interrupt(std::function<void()> listener) {
    interrupt_listener_ = std::move(listener);
    if (signals_) return;
    signals_.emplace(executor_, [this](int) {
        if (interrupt_listener_) interrupt_listener_();
    });
}

Task<Result<std::unique_ptr<cli::Session>>> HostEnvironment::open(cli::SessionOptions options,
                                                                  CancelToken cancel) {
    return open_agent({executor_, &clock_, &random_, [this](std::string_view text) { err(text); }},
                      std::move(options), std::move(cancel));
}

Task<Result<std::unique_ptr<cli::Daemon>>> HostEnvironment::serve(cli::AgentOptions options,
                                                                  CancelToken cancel) {
    return open_daemon({executor_, &clock_, &random_, [this](std::string_view text) { err(text); }},
                       std::move(options), std::move(cancel));
}

std::unique_ptr<HttpClient> HostEnvironment::http_client(HttpEndpoint endpoint) {
    return std::make_unique<BeastHttpClient>(executor_, &clock_, std::move(endpoint));
}

std::unique_ptr<Console> HostEnvironment::console() {
    return std::make_unique<PosixConsole>(executor_, &clock_);
}

std::string HostEnvironment::api_socket(std::string root) const {
    return paths_of(root).run + "/api.sock";
}

std::string HostEnvironment::kubeconfig_path(std::string root) const {
    return paths_of(root).kubeconfig;
}

}  // namespace hooklet::app
