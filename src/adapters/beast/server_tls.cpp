// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/server_tls.hpp"

#include "adapters/openssl/owned.hpp"

#include <utility>

#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace hooklet {

namespace {

int choose_http1(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size,
                 const unsigned char* offered, unsigned int offered_size, void* /*unused*/) {
    constexpr std::string_view own = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    const int found =
        SSL_select_next_proto(&chosen, out_size, reinterpret_cast<const unsigned char*>(own.data()),
                              own.size(), offered, offered_size);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Where a connection keeps its TlsPeer. Asio uses the place of SSL_set_app_data itself.
int peer_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

/// Notes what does not verify and goes on.
int note_refusal(int good, X509_STORE_CTX* store) {
    if (good == 0) {
        auto* ssl =
            static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
        if (auto* peer = static_cast<TlsPeer*>(SSL_get_ex_data(ssl, peer_index()))) peer->refused = true;
    }
    return 1;
}

void configure(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    // Most connections wait.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    // A resumed session would skip the look at the client's certificate.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_alpn_select_cb(context, choose_http1, nullptr);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, note_refusal);
}

}  // namespace

Result<std::shared_ptr<ServerTls>> ServerTls::make(const KeyPair& server,
                                                   const std::string& client_authorities) {
    auto made = std::make_shared<ServerTls>();
    configure(made->context_.native_handle());
    boost::system::error_code error;
    made->context_.use_certificate_chain(asio::buffer(server.certificate), error);
    if (!error) made->context_.use_private_key(asio::buffer(server.key), asio::ssl::context::pem, error);
    if (error) return fail(Code::invalid, "the server's certificate: " + error.message());
    made->context_.add_certificate_authority(asio::buffer(client_authorities), error);
    if (error) return fail(Code::invalid, "the authority of client certificates: " + error.message());
    return made;
}

void ServerTls::prepare(SSL* ssl, TlsPeer* peer, WallTime now) const {
    SSL_set_ex_data(ssl, peer_index(), peer);
    X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), std::chrono::system_clock::to_time_t(
                                                        std::chrono::floor<std::chrono::microseconds>(now)));
}

void ServerTls::finish(SSL* ssl, TlsPeer* peer) {
    SSL_set_ex_data(ssl, peer_index(), nullptr);
    const X509* certificate = SSL_get0_peer_certificate(ssl);
    if (certificate == nullptr) return;
    if (SSL_get_verify_result(ssl) != X509_V_OK) peer->refused = true;
    if (peer->refused) return;
    peer->certificate = {openssl::common_name_of(certificate), openssl::organizations_of(certificate)};
}

}  // namespace hooklet
