#include "transport/net/transport_loop.h"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <csignal>
#include <pthread.h>

namespace vrni2syslog {
namespace {

void run(asio::io_context& context) {
  // Without this, run() would return whenever there is nothing to do.
  const auto work = asio::make_work_guard(context);
  context.run();
}

}  // namespace

TransportLoop::TransportLoop() : context_(std::make_unique<asio::io_context>(1)) {
  // A thread starts with the mask of its parent, so no signal can come in between.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([context = context_.get()] { run(*context); });
  } catch (...) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TransportLoop::~TransportLoop() {
  context_->stop();
  thread_.join();
}

}  // namespace vrni2syslog
