// SPDX-License-Identifier: Apache-2.0
#include "streams/log_reader.hpp"

#include "streams/log_files.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hooklet {

namespace {

/// Lets others on the loop have their turn.
Task<void> pause() {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

}  // namespace

LogReader::LogReader(Ports ports, LogRequest request, LogSink* sink)
    : ports_(ports), request_(std::move(request)), sink_(sink), filter_(request_.view) {}

Status LogReader::open_files() {
    const std::size_t slash = request_.path.rfind('/');
    const std::string directory = request_.path.substr(0, slash);
    const auto names = ports_.files->list_directory(directory);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : files_of_log(request_.path.substr(slash + 1), *names)) {
        if (auto file = LogFile::open(ports_.files, directory + "/" + name))
            files_.push_back(std::move(*file));
    }
    if (files_.empty()) return fail(Code::not_found, "open " + request_.path + ": no such file or directory");
    return {};
}

Task<Result<std::int64_t>> LogReader::count_lines(std::size_t file) {
    std::int64_t lines = 0;
    while (true) {
        const auto piece = files_[file].next();
        if (!piece || piece->empty()) break;
        lines += std::ranges::count(*piece, '\n');
        co_await pause();
        if (gone_.cancelled()) co_return std::unexpected(gone_.reason());
    }
    files_[file].rewind();
    co_return lines;
}

Task<Status> LogReader::seek_tail() {
    std::int64_t missing = *request_.tail_lines;
    for (first_ = files_.size(); first_ > 0;) {
        const auto lines = co_await count_lines(--first_);
        if (!lines) co_return std::unexpected(lines.error());
        if (*lines >= missing) {
            LogView view = request_.view;
            view.skip_lines = *lines - missing;
            filter_ = LogFilter(view);
            break;
        }
        missing -= *lines;
    }
    co_return Status{};
}

Task<Status> LogReader::copy(std::size_t file) {
    while (!filter_.full()) {
        if (gone_.cancelled()) co_return std::unexpected(gone_.reason());
        const auto piece = files_[file].next();
        if (!piece || piece->empty()) break;
        std::string text = filter_.feed(*piece);
        if (text.empty()) {
            co_await pause();
            continue;
        }
        const Status written = co_await sink_->write(std::move(text));
        if (!written) co_return written;
    }
    co_return Status{};
}

Status LogReader::watch_directory() {
    const std::string directory = request_.path.substr(0, request_.path.rfind('/'));
    auto watching = ports_.watch->watch_growth(directory, [this] { changed_.notify(); });
    if (!watching) return std::unexpected(watching.error());
    watching_ = std::move(*watching);
    left_ = gone_.on_cancel([this] { changed_.notify(); });
    ended_ = request_.ended.on_cancel([this] {
        drained_ = ports_.clock->at(ports_.clock->now() + log_drain_time, [this] {
            last_look_ = true;
            changed_.notify();
        });
    });
    return {};
}

Task<Status> LogReader::switch_file() {
    while (!files_.back().is_at(request_.path)) {
        auto next = LogFile::open(ports_.files, request_.path);
        // Between the two steps of a rotation: the log has no name, and a notice of its new one will come.
        if (!next) break;
        // The engine has left the old file for good, but may have written since the last look.
        const Status rest = co_await copy(files_.size() - 1);
        if (!rest) co_return rest;
        files_.push_back(std::move(*next));
        const Status copied = co_await copy(files_.size() - 1);
        if (!copied) co_return copied;
    }
    co_return Status{};
}

Task<Status> LogReader::follow() {
    while (!filter_.full()) {
        const bool last = last_look_;
        const Status copied = co_await catch_up(gone_);
        if (!copied || last) co_return copied;
        co_await changed_.wait();
    }
    co_return Status{};
}

Task<Status> LogReader::begin() {
    if (const Status opened = open_files(); !opened) co_return opened;
    if (request_.tail_lines) {
        if (const Status sought = co_await seek_tail(); !sought) co_return sought;
    }
    for (std::size_t file = first_; file + 1 < files_.size(); ++file) {
        if (const Status copied = co_await copy(file); !copied) co_return copied;
    }
    co_return Status{};
}

Task<Status> LogReader::catch_up(CancelToken gone) {
    gone_ = std::move(gone);
    if (files_.empty()) {
        if (const Status begun = co_await begin(); !begun) co_return begun;
    }
    if (const Status copied = co_await copy(files_.size() - 1); !copied) co_return copied;
    co_return co_await switch_file();
}

Task<Status> LogReader::run(CancelToken gone) {
    gone_ = std::move(gone);
    if (!request_.follow) co_return co_await catch_up(gone_);
    // Before the first look, so that nothing falls between.
    if (const Status watching = watch_directory(); !watching) co_return watching;
    co_return co_await follow();
}

}  // namespace hooklet
