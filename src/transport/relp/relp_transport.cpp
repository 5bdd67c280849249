#include "transport/relp/relp_transport.h"

#include "transport/relp/relp_connection.h"
#include "transport/stream/tcp_transport.h"
#include "transport/stream/tls_transport.h"

#include <utility>

namespace vrni2syslog {
namespace {

TcpTransport::ConnectionMaker relp_connection_maker(const TransportContext& context) {
  return [options = context.options](std::unique_ptr<WatchedDescriptor> socket,
                                     std::unique_ptr<ByteStream> stream) {
    return std::make_unique<RelpConnection>(std::move(socket), std::move(stream), options);
  };
}

}  // namespace

std::unique_ptr<Transport> make_relp_transport(const TransportContext& context) {
  return std::make_unique<TcpTransport>(context, plain_stream_maker(),
                                        relp_connection_maker(context));
}

std::unique_ptr<Transport> make_relps_transport(const TransportContext& context) {
  return std::make_unique<TcpTransport>(context, tls_stream_maker(context),
                                        relp_connection_maker(context));
}

}  // namespace vrni2syslog
