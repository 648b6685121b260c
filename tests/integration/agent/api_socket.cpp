// SPDX-License-Identifier: Apache-2.0
#include "integration/agent/api_socket.hpp"

#include "api/json.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace hooklet::testing {

namespace {

/// Everything that is answered until the other side closes.
std::string converse(const std::string& socket, const std::string& request) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.size() >= sizeof address.sun_path) return {};
    std::memcpy(address.sun_path, socket.c_str(), socket.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return {};
    constexpr timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string answer;
    const bool sent =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size());
    std::array<char, 16384> buffer{};
    ssize_t count = 0;
    while (sent && (count = ::recv(fd, buffer.data(), buffer.size(), 0)) > 0)
        answer.append(buffer.data(), static_cast<std::size_t>(count));
    ::close(fd);
    return answer;
}

}  // namespace

Reply ask(const std::string& socket, const std::string& method, const std::string& path,
          const std::string& body) {
    const std::string answer = converse(
        socket, fmt::format("{} {} HTTP/1.1\r\nHost: box\r\nAccept: application/json\r\nConnection: close\r\n"
                            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                            method, path, body.size(), body));
    constexpr std::string_view version = "HTTP/1.1 ";
    const std::size_t head = answer.find("\r\n\r\n");
    Reply reply;
    if (!answer.starts_with(version) || head == std::string::npos) return reply;
    auto parsed = api::parse_json(std::string_view(answer).substr(head + 4));
    // Cut off.
    if (!parsed) return reply;
    std::from_chars(answer.data() + version.size(), answer.data() + version.size() + 3, reply.status);
    reply.body = *std::move(parsed);
    return reply;
}

}  // namespace hooklet::testing
