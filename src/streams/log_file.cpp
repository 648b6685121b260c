// SPDX-License-Identifier: Apache-2.0
#include "streams/log_file.hpp"

#include "streams/log_files.hpp"

namespace hooklet {

namespace {

constexpr std::size_t text_size = 64 * 1024;
constexpr std::size_t compressed_size = 16 * 1024;

}  // namespace

Result<LogFile> LogFile::open(FileSystem* files, const std::string& path) {
    auto file = files->open(path);
    if (file) return LogFile(std::move(*file), is_compressed_log(path));
    if (file.error().code != Code::not_found || is_compressed_log(path)) return std::unexpected(file.error());
    auto compressed = files->open(path + ".gz");
    if (!compressed) return std::unexpected(file.error());
    return LogFile(std::move(*compressed), true);
}

void LogFile::rewind() {
    offset_ = 0;
    if (compressed_) inflater_ = Inflater::gzip();
}

Result<std::string> LogFile::next() {
    while (true) {
        if (inflater_) {
            auto text = inflater_->take(text_size);
            if (!text || !text->empty()) return text;
        }
        auto bytes = file_->read_at(offset_, inflater_ ? compressed_size : text_size);
        if (!bytes) return bytes;
        offset_ += bytes->size();
        if (!inflater_ || bytes->empty()) return bytes;
        inflater_->feed(*bytes);
    }
}

}  // namespace hooklet
