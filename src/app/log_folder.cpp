// SPDX-License-Identifier: Apache-2.0
#include "app/log_folder.hpp"

#include "server/answer.hpp"
#include "streams/reply.hpp"

#include <memory>
#include <utility>

#include <boost/algorithm/string/replace.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::app {

namespace {

constexpr std::size_t piece_size = 64 << 10;

std::string html_text(std::string text) {
    constexpr std::pair<const char*, const char*> entities[] = {
        {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&#34;"}, {"'", "&#39;"}};
    for (const auto& [character, entity] : entities) boost::algorithm::replace_all(text, character, entity);
    return text;
}

std::string link_to(const FolderEntry& entry) {
    const std::string slash = entry.directory ? "/" : "";
    const std::string target = boost::urls::encode(entry.name, boost::urls::unreserved_chars);
    return fmt::format("<a href=\"{}{}\">{}{}</a>\n", target, slash, html_text(entry.name), slash);
}

HttpReply moved_to(const std::string& location) {
    return {301, {{"Location", location}}};
}

HttpReply page_reply(FileSystem* files, const std::string& directory, const std::vector<std::string>& names) {
    std::vector<FolderEntry> entries;
    for (const std::string& name : names) {
        const auto type = files->type_of(fmt::format("{}/{}", directory, name));
        entries.push_back({name, type && *type == FileType::directory});
    }
    return {200, {{"Content-Type", "text/html; charset=utf-8"}}, folder_page(entries)};
}

const char* content_type(const std::string& beginning) {
    const bool text = beginning.find('\0') == std::string::npos;
    return text ? "text/plain; charset=utf-8" : "application/octet-stream";
}

/// The file up to its end as of now; one that grows on is not followed.
Task<void> send_file(HttpExchange* exchange, std::unique_ptr<OpenFile> file) {
    Result<std::string> piece = file->read_at(0, piece_size);
    if (!piece) co_return co_await server::respond(exchange, text_reply(500, "500 Internal Server Error\n"));
    const HttpReply head{200, {{"Content-Type", content_type(*piece)}}};
    Status sent = co_await exchange->begin(head);
    std::uint64_t at = 0;
    while (sent && piece && !piece->empty()) {
        at += piece->size();
        sent = co_await exchange->write(*std::move(piece));
        piece = file->read_at(at, piece_size);
    }
    // Without an end the client sees that this is not all of it.
    if (sent && piece) (void)co_await exchange->finish();
}

}  // namespace

std::string folder_page(const std::vector<FolderEntry>& entries) {
    std::string page = "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n";
    for (const FolderEntry& entry : entries) page += link_to(entry);
    return page + "</pre>\n";
}

Task<void> answer_log_folder(HttpExchange* exchange, FileSystem* files, FolderPath path) {
    const std::string below = fmt::format("{}", fmt::join(path.parts, "/"));
    const auto names = files->list_beneath(path.root, below);
    const std::string last = path.parts.empty() ? "logs" : path.parts.back();
    if (names && !path.slash) {
        co_await server::respond(exchange, moved_to(last + "/"));
        co_return;
    }
    if (names) {
        const HttpReply page = page_reply(files, path.root + "/" + below, *names);
        co_await server::respond(exchange, page);
        co_return;
    }
    auto file = files->open_beneath(path.root, below);
    if (!file) {
        co_await server::respond(exchange, text_reply(404, "404 page not found\n"));
    } else if (path.slash) {
        co_await server::respond(exchange, moved_to("../" + last));
    } else {
        co_await send_file(exchange, *std::move(file));
    }
}

}  // namespace hooklet::app
