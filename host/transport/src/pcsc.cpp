#include "cicada/host/transport/pcsc.h"

#include "pcsc_connection.h"
#include "watched_thread.h"

namespace cicada::host::transport {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kShortestCommand = 2;
constexpr std::size_t kLongestCommand = 65535;

std::unexpected<base::Error> no_answer() {
  return base::fail({.fault = Fault::transport,
                     .what = "the card or its reader did not answer in time",
                     .hint = "take the card off the reader and put it back; if that does not help, replug the reader"});
}

std::unexpected<base::Error> service_hangs() {
  return base::fail({.fault = Fault::transport,
                     .what = "the smart card service did not answer in time",
                     .hint = "another program may hold the card; otherwise restart pcscd"});
}

}  // namespace

Result<std::vector<Reader>> list_readers(std::chrono::milliseconds timeout) {
  WatchedThread thread;
  auto connection = std::make_shared<PcscConnection>();
  auto readers = thread.run(
      [connection = std::move(connection)] {
        auto found = connection->readers();
        connection->close();
        return found;
      },
      timeout);
  if (!readers) return service_hangs();
  return *std::move(readers);
}

/// The connection lives with the thread: if a call never comes back, both are left behind together.
class PcscTransport::Impl {
 public:
  explicit Impl(PcscOptions options) : options_(options) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;
  ~Impl() {
    // Not answered in time: nothing more to be done here.
    (void)thread_.run(
        [connection = connection_] {
          connection->close();
          return true;
        },
        options_.timeout);
  }

  Result<void> open(std::string name) {
    auto opened = thread_.run(
        [connection = connection_, name = std::move(name), options = options_] {
          connection->close();
          return connection->open(name, options);
        },
        options_.timeout + options_.wait_for_card);
    if (!opened) return service_hangs();
    CICADA_CHECK(*opened);
    reader_ = connection_->reader();
    atr_ = connection_->atr();
    return {};
  }

  Result<Bytes> transceive(ByteView command) {
    auto response =
        thread_.run([connection = connection_, copy = base::to_bytes(command)] { return connection->transmit(copy); },
                    options_.timeout);
    if (!response) return no_answer();
    return *std::move(response);
  }

  [[nodiscard]] const std::string& reader() const noexcept { return reader_; }
  [[nodiscard]] const Bytes& atr() const noexcept { return atr_; }

 private:
  PcscOptions options_;
  std::string reader_;
  Bytes atr_;
  std::shared_ptr<PcscConnection> connection_ = std::make_shared<PcscConnection>();
  WatchedThread thread_;
};

PcscTransport::PcscTransport(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
PcscTransport::~PcscTransport() = default;

Result<std::unique_ptr<PcscTransport>> PcscTransport::open(std::string_view reader, PcscOptions options) {
  auto impl = std::make_unique<Impl>(options);
  CICADA_CHECK(impl->open(std::string{reader}));
  return std::unique_ptr<PcscTransport>{new PcscTransport{std::move(impl)}};
}

Result<Bytes> PcscTransport::transceive(ByteView command) {
  if (command.size() < kShortestCommand || command.size() > kLongestCommand) {
    return base::fail(
        {.fault = Fault::bad_input, .what = "a command for a reader has 2 to 65535 octets", .at = command.size()});
  }
  return impl_->transceive(command);
}

Result<void> PcscTransport::reconnect() {
  return impl_->open(impl_->reader());
}

const std::string& PcscTransport::reader() const noexcept {
  return impl_->reader();
}

const Bytes& PcscTransport::atr() const noexcept {
  return impl_->atr();
}

}  // namespace cicada::host::transport
