#include "transport/stream/tls_transport.h"

#include "transport/stream/tls_stream.h"

namespace vrni2syslog {

TcpTransport::StreamMaker tls_stream_maker(const TransportContext& context) {
  const TlsSettings settings = context.endpoint.tls;
  // A wrong file is the user's fault and not the collector's: tell it before anything is tried.
  (void)PeerVerification(settings, context.endpoint.host).make_context();
  return [settings, host = context.endpoint.host](int socket) {
    return std::make_unique<TlsStream>(socket, settings, host);
  };
}

std::unique_ptr<Transport> make_tls_transport(const TransportContext& context) {
  return std::make_unique<TcpTransport>(context, tls_stream_maker(context));
}

}  // namespace vrni2syslog
