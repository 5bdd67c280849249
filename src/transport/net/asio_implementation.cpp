// The one compiled copy of Asio (ASIO_SEPARATE_COMPILATION).
#include <asio/impl/src.hpp>
