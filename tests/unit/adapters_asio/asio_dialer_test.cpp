// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/asio_dialer.hpp"

#include "adapters/asio/asio_clock.hpp"
#include "support/run_task.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using Tcp = asio::ip::tcp;

class AsioDialerTest : public testing::Test {
  protected:
    std::unique_ptr<ByteStream> connect() {
        auto stream = run(loop, dialer.connect("127.0.0.1", acceptor.local_endpoint().port(), soon()));
        EXPECT_TRUE(stream) << stream.error().text();
        peer = acceptor.accept();  // at once: the connection is there
        return std::move(*stream);
    }
    Call soon() { return clock.call_within(10s); }
    std::string from_peer(std::size_t size) {
        std::string bytes(size, '\0');
        bytes.resize(run(loop, peer.async_read_some(asio::buffer(bytes), asio::use_awaitable)));
        return bytes;
    }

    asio::io_context loop;
    AsioClock clock{loop.get_executor()};
    AsioDialer dialer{loop.get_executor(), &clock};
    Tcp::acceptor acceptor{loop, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    Tcp::socket peer{loop};
};

TEST_F(AsioDialerTest, BytesGoBothWaysAndEachDirectionEndsAlone) {
    const auto stream = connect();
    ASSERT_TRUE(run(loop, stream->write("hello", soon())));
    EXPECT_EQ(from_peer(100), "hello");
    ASSERT_TRUE(run(loop, stream->end(soon())));
    boost::system::error_code error;
    char byte = 0;
    peer.read_some(asio::buffer(&byte, 1), error);
    EXPECT_EQ(error, asio::error::eof);
    asio::write(peer, asio::buffer("answer", 6));
    EXPECT_EQ(run(loop, stream->read(3, soon())), "ans");
    EXPECT_EQ(run(loop, stream->read(100, soon())), "wer");
    peer.close();
    EXPECT_EQ(run(loop, stream->read(100, soon())), "");
}

TEST_F(AsioDialerTest, CallsEndWhenTheyAreToldTo) {
    const auto stream = connect();
    EXPECT_EQ(run(loop, stream->read(1, clock.call_within(10ms))).error().code, Code::deadline);
    const auto other = connect();
    CancelSource cancel;
    const Timer timer = clock.at(clock.now() + 10ms, [&] { cancel.cancel({Code::cancelled, "enough"}); });
    EXPECT_EQ(run(loop, other->write(std::string(100'000'000, 'x'), clock.call_within(10s, cancel.token())))
                  .error()
                  .message,
              "enough");
    EXPECT_EQ(run(loop, other->write("x", soon())).error().code, Code::unavailable);
}

TEST_F(AsioDialerTest, CloseEndsWhatIsUnderWay) {
    const auto stream = connect();
    const Timer timer = clock.at(clock.now() + 10ms, [&] { stream->close(); });
    EXPECT_EQ(run(loop, stream->read(1, soon())).error().code, Code::unavailable);
}

TEST_F(AsioDialerTest, WhatCannotBeReachedIsSaid) {
    const auto port = acceptor.local_endpoint().port();
    acceptor.close();
    EXPECT_EQ(run(loop, dialer.connect("127.0.0.1", port, soon())).error().code, Code::unavailable);
    CancelSource cancel;
    cancel.cancel();
    EXPECT_EQ(
        run(loop, dialer.connect("127.0.0.1", port, clock.call_within(1s, cancel.token()))).error().code,
        Code::cancelled);
}

}  // namespace
}  // namespace hooklet
