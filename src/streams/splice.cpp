// SPDX-License-Identifier: Apache-2.0
#include "streams/splice.hpp"

namespace hooklet {

namespace {

constexpr Duration good_bye_limit = std::chrono::seconds{5};

}  // namespace

Task<void> Splice::copy(ByteStream* from, ByteStream* to) {
    const Call unlimited{MonotonicTime::max(), {}};
    Status written;
    while (written) {
        auto piece = co_await from->read(relay_size, unlimited);
        if (!piece || piece->empty()) break;
        written = co_await to->write(std::move(*piece), unlimited);
    }
    if (written) (void)co_await to->end(clock_->call_within(good_bye_limit));
    from->close();
    to->close();
}

Task<void> Splice::run(std::string received) {
    const Call unlimited{MonotonicTime::max(), {}};
    if (!received.empty()) (void)co_await client_->write(std::move(received), unlimited);
    gate_.spawn(copy(client_, engine_));
    gate_.spawn(copy(engine_, client_));
    co_await gate_.close();
}

}  // namespace hooklet
