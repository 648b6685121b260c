// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/file_system.hpp"
#include "streams/zlib_codec.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hooklet {

/// One file of a log, plain or compressed, read from its beginning.
class LogFile {
  public:
    /// A plain file that has been compressed meanwhile is found too.
    static Result<LogFile> open(FileSystem* files, const std::string& path);
    /// The next piece of the text, at most 64 KiB; empty at the end, from which a plain file may go on.
    Result<std::string> next();
    void rewind();
    /// Whether `path` leads to this file.
    [[nodiscard]] bool is_at(const std::string& path) const { return file_->is_at(path); }

  private:
    LogFile(std::unique_ptr<OpenFile> file, bool compressed)
        : file_(std::move(file)), compressed_(compressed) {
        rewind();
    }

    std::unique_ptr<OpenFile> file_;
    bool compressed_;
    std::uint64_t offset_ = 0;
    std::optional<Inflater> inflater_;
};

}  // namespace hooklet
