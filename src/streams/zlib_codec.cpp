// SPDX-License-Identifier: Apache-2.0
#include "streams/zlib_codec.hpp"

#include <new>
#include <utility>

#include <zlib.h>

namespace hooklet {

namespace {

constexpr int gzip_window = MAX_WBITS + 16;

/// zlib's interface has no const; it does not write through these pointers.
Bytef* input(std::string_view bytes) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}
Bytef* output(std::string& bytes) {
    return reinterpret_cast<Bytef*>(bytes.data());
}

}  // namespace

struct Deflater::State {
    explicit State(const std::string& dictionary) {
        if (::deflateInit(&stream, Z_BEST_COMPRESSION) != Z_OK) throw std::bad_alloc();
        ::deflateSetDictionary(&stream, input(dictionary), static_cast<uInt>(dictionary.size()));
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { ::deflateEnd(&stream); }
    z_stream stream{};
};

Deflater::Deflater(const std::string& dictionary) : state_(std::make_shared<State>(dictionary)) {}

std::string Deflater::compress(std::string_view piece) {
    z_stream& stream = state_->stream;
    stream.next_in = input(piece);
    stream.avail_in = static_cast<uInt>(piece.size());
    std::string compressed;
    do {
        std::string out(1024, '\0');
        stream.next_out = output(out);
        stream.avail_out = static_cast<uInt>(out.size());
        ::deflate(&stream, Z_SYNC_FLUSH);
        compressed.append(out, 0, out.size() - stream.avail_out);
    } while (stream.avail_out == 0);
    return compressed;
}

struct Inflater::State {
    State(std::string d, int window_bits) : dictionary(std::move(d)), gzip(window_bits == gzip_window) {
        if (::inflateInit2(&stream, window_bits) != Z_OK) throw std::bad_alloc();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { ::inflateEnd(&stream); }
    z_stream stream{};
    std::string dictionary;
    bool gzip;
    std::string fed;
};

Inflater::Inflater(std::string dictionary) : Inflater(std::move(dictionary), MAX_WBITS) {}
Inflater::Inflater(std::string dictionary, int window_bits)
    : state_(std::make_shared<State>(std::move(dictionary), window_bits)) {}

Inflater Inflater::gzip() {
    return {std::string(), gzip_window};
}

void Inflater::feed(std::string_view bytes) {
    state_->fed += bytes;
}

Result<std::string> Inflater::take(std::size_t limit) {
    z_stream& stream = state_->stream;
    stream.next_in = input(state_->fed);
    stream.avail_in = static_cast<uInt>(state_->fed.size());
    std::string out(limit, '\0');
    stream.next_out = output(out);
    stream.avail_out = static_cast<uInt>(limit);
    int result = Z_OK;
    while (result == Z_OK && stream.avail_out > 0) {
        result = ::inflate(&stream, Z_SYNC_FLUSH);
        if (result == Z_NEED_DICT && !state_->dictionary.empty()) {
            result = ::inflateSetDictionary(&stream, input(state_->dictionary),
                                            static_cast<uInt>(state_->dictionary.size()));
        } else if (result == Z_STREAM_END && state_->gzip && stream.avail_in > 0) {
            result = ::inflateReset(&stream);
        }
    }
    state_->fed.erase(0, state_->fed.size() - stream.avail_in);
    const bool good = result == Z_OK || result == Z_BUF_ERROR || result == Z_STREAM_END;
    if (!good) return fail(Code::invalid, "the compressed bytes are not valid");
    out.resize(limit - stream.avail_out);
    return out;
}

}  // namespace hooklet
