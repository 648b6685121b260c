// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/signal.hpp"
#include "ports/clock.hpp"
#include "ports/directory_watch.hpp"
#include "ports/file_system.hpp"
#include "streams/log_file.hpp"
#include "streams/log_filter.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// In which the engine writes what a container has said, also when that has ended.
inline constexpr Duration log_drain_time = std::chrono::milliseconds{200};

/// Takes the text of a log, piece by piece.
class LogSink {
  public:
    virtual ~LogSink() = default;
    /// An error ends the reading.
    virtual Task<Status> write(std::string piece) = 0;
};

/// Which log, and what of it.
struct LogRequest {
    std::string path;  ///< Of the file that is written to; its older parts lie beside it.
    bool follow = false;
    std::optional<std::int64_t> tail_lines{};
    LogView view{};
    /// Fires when the container has ended: following ends soon after. Fired already for one that has.
    CancelToken ended{};
};

/// Reads a container's log out of all files that it is in, oldest first, and follows it across rotations. A
/// lost or broken older file is left out. One request each.
class LogReader {
  public:
    struct Ports {
        Clock* clock = nullptr;
        FileSystem* files = nullptr;
        DirectoryWatch* watch = nullptr;
    };
    LogReader(Ports ports, LogRequest request, LogSink* sink);

    /// Returns at the end of the log; when following, at the end of the container's. Code::not_found when
    /// there is no such log, what the sink said, or the token's reason.
    Task<Status> run(CancelToken gone);
    /// For those who hear otherwise when there may be more: passes on what the log has now, the next time
    /// what has come since. Errors as run(). Instead of run(); not again after an error.
    Task<Status> catch_up(CancelToken gone);

  private:
    Status open_files();
    /// Up to the newest file.
    Task<Status> begin();
    Task<Status> seek_tail();
    Task<Result<std::int64_t>> count_lines(std::size_t file);
    /// What is there now of that file.
    Task<Status> copy(std::size_t file);
    Task<Status> follow();
    Status watch_directory();
    /// Goes on in the file that has taken the log's name, if there is one.
    Task<Status> switch_file();

    Ports ports_;
    LogRequest request_;
    LogSink* sink_;
    LogFilter filter_;
    CancelToken gone_;
    std::vector<LogFile> files_;
    std::size_t first_ = 0;
    Signal changed_;
    bool last_look_ = false;
    Timer drained_;
    CancelRegistration ended_;
    CancelRegistration left_;
    std::unique_ptr<DirectoryWatch::Handle> watching_;
};

}  // namespace hooklet
