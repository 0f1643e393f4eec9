// The card on a vpcd: the reader's end of the protocol is played here, on a port of the loopback that the system chose.
#include "cicada/applet_sim/port/vpcd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <thread>

#include "cards.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim;
using port::Vpcd;
using port::VpcdEnd;
using namespace std::chrono_literals;

namespace {

/// vpcd, as the driver behaves: it listens, and sends header and body of a message with two calls.
class FakeReader {
 public:
  FakeReader() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(listener_, generic, sizeof address) == 0);
    CHECK(::listen(listener_, 1) == 0);
    socklen_t size = sizeof address;
    CHECK(::getsockname(listener_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  FakeReader(const FakeReader&) = delete;
  FakeReader& operator=(const FakeReader&) = delete;
  FakeReader(FakeReader&&) = delete;
  FakeReader& operator=(FakeReader&&) = delete;
  ~FakeReader() {
    leave();
    ::close(listener_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void accept() {
    card_ = ::accept(listener_, nullptr, nullptr);
    CHECK(card_ >= 0);
  }
  void leave() {
    if (card_ >= 0) ::close(std::exchange(card_, -1));
  }
  void send_raw(ByteView octets) const {
    LONGS_EQUAL(octets.size(), ::send(card_, octets.data(), octets.size(), MSG_NOSIGNAL));
  }
  void send(ByteView message) const {
    const Bytes length = {static_cast<std::uint8_t>(message.size() >> 8U), static_cast<std::uint8_t>(message.size())};
    send_raw(length);
    send_raw(message);
  }
  [[nodiscard]] Bytes receive() const {
    const auto length = receive_raw(2);
    return receive_raw(static_cast<std::size_t>((length[0] << 8U) | length[1]));
  }
  [[nodiscard]] Bytes transmit(ByteView message) const {
    send(message);
    return receive();
  }
  /// Nothing comes within a short while.
  [[nodiscard]] bool silent() const {
    pollfd event{.fd = card_, .events = POLLIN, .revents = 0};
    return ::poll(&event, 1, 30) == 0;
  }

 private:
  [[nodiscard]] Bytes receive_raw(std::size_t count) const {
    Bytes octets(count);
    std::size_t got = 0;
    while (got < count) {
      pollfd event{.fd = card_, .events = POLLIN, .revents = 0};
      CHECK_TEXT(::poll(&event, 1, 5000) == 1, "the card does not answer");
      const auto n = ::recv(card_, octets.data() + got, count - got, 0);
      CHECK(n > 0);
      got += static_cast<std::size_t>(n);
    }
    return octets;
  }

  int listener_ = -1;
  int card_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace

TEST_GROUP(Vpcd) {
  cards::Bench bench;
  FakeReader reader;
  std::stop_source stop;
  std::future<Result<VpcdEnd>> serving;
  std::uint64_t apdus = 0;

  void start(port::VpcdOptions options = {}) {
    bench.use_personalized();
    bench.card->power_off();
    options.port = reader.port();
    auto vpcd = Vpcd::connect(options);
    CHECK_OK(vpcd);
    reader.accept();
    serving = std::async(std::launch::async, [this, v = std::move(*vpcd)]() mutable {
      auto end = v.serve(*bench.card, stop.get_token());
      apdus = v.apdus();
      return end;
    });
  }
  Result<VpcdEnd> end() {
    CHECK(serving.wait_for(5s) == std::future_status::ready);
    return serving.get();
  }
  void teardown() override {
    stop.request_stop();
    if (serving.valid()) serving.wait();
  }
};

TEST(Vpcd, serves_power_atr_and_apdus) {
  start();
  CHECK_BYTES(kernel::Card::atr(), reader.transmit("04"_hex));
  CHECK_BYTES("6F00"_hex, reader.transmit("00A4000C"_hex));  // no power yet
  reader.send("01"_hex);
  CHECK_BYTES("9000"_hex, reader.transmit("00A4040C07A0000002471001"_hex));
  CHECK_BYTES("6A82"_hex, reader.transmit("00A4020C02011C"_hex));
  reader.send("02"_hex);  // the reset selects the MF again
  CHECK_BYTES("9000"_hex, reader.transmit("00A4020C02011C"_hex));
  reader.send("00"_hex);
  CHECK_BYTES("6F00"_hex, reader.transmit("00A4000C"_hex));
  CHECK_BYTES(kernel::Card::atr(), reader.transmit("04"_hex));
  CHECK(reader.silent());  // controls other than "get ATR" have no answer
  reader.leave();
  const auto ended = end();
  CHECK_OK(ended);
  CHECK(*ended == VpcdEnd::closed_by_reader);
  LONGS_EQUAL(5, apdus);
}

TEST(Vpcd, carries_a_whole_bac_session) {
  start();
  reader.send("01"_hex);
  const terminal::Wire wire = [this](ByteView command) { return reader.transmit(command); };
  CHECK_BYTES("9000"_hex, wire("00A4040C07A0000002471001"_hex));
  auto session = terminal::bac(wire, cards::access_keys());
  const auto dg2 = session.transmit(wire, {.ins = 0xB0, .p1 = 0x82, .le = 600, .extended = true});
  CHECK_BYTES(cards::pattern(600, 5), dg2.data);
}

TEST(Vpcd, carries_the_largest_messages) {
  start();
  reader.send("01"_hex);
  const auto largest = concat({"00B0000000FFF8"_hex, Bytes(65528)});  // case 3 extended, 65,535 octets
  LONGS_EQUAL(65535, largest.size());
  CHECK_BYTES("6700"_hex, reader.transmit(largest));
}

TEST(Vpcd, answers_one_octet_that_is_no_control) {
  start();
  reader.send("01"_hex);
  CHECK_BYTES("6700"_hex, reader.transmit("03"_hex));
  CHECK_BYTES("6700"_hex, reader.transmit("FF"_hex));
  CHECK_BYTES("9000"_hex, reader.transmit("00A4000C"_hex));
}

TEST(Vpcd, ends_at_an_empty_message) {
  start();
  reader.send_raw("0000"_hex);
  CHECK_FAULT(Fault::malformed, end());
}

TEST(Vpcd, ends_when_the_reader_leaves_in_the_middle) {
  start();
  reader.send_raw("0010 00A4"_hex);
  reader.leave();
  CHECK_FAULT(Fault::transport, end());
}

TEST(Vpcd, stops_at_once_while_it_waits) {
  start();
  reader.send("01"_hex);
  CHECK_BYTES("9000"_hex, reader.transmit("00A4000C"_hex));
  const auto asked = std::chrono::steady_clock::now();
  stop.request_stop();
  const auto ended = end();
  CHECK_OK(ended);
  CHECK(*ended == VpcdEnd::stopped);
  CHECK(std::chrono::steady_clock::now() - asked < 1s);
  CHECK_BYTES("6F00"_hex, bench.send("00A4000C"_hex));  // the card lost its power
}

TEST(Vpcd, stops_in_the_middle_of_a_message) {
  start();
  reader.send_raw("0010 00A4"_hex);
  std::this_thread::sleep_for(10ms);
  stop.request_stop();
  const auto ended = end();
  CHECK_OK(ended);
  CHECK(*ended == VpcdEnd::stopped);
}

TEST(Vpcd, does_not_begin_when_a_stop_was_asked_for) {
  stop.request_stop();
  start();
  const auto ended = end();
  CHECK_OK(ended);
  CHECK(*ended == VpcdEnd::stopped);
}

TEST(Vpcd, waits_after_a_failed_attempt_only_when_told_to) {
  for (const bool delays : {false, true}) {
    start({.delays = delays});
    reader.send("01"_hex);
    CHECK_BYTES("9000"_hex, reader.transmit("00A4040C07A0000002471001"_hex));
    static_cast<void>(reader.transmit("0084000008"_hex));
    const auto sent = std::chrono::steady_clock::now();
    CHECK_BYTES("6300"_hex, reader.transmit(concat({"0082000028"_hex, Bytes(40), "28"_hex})));
    const auto took = std::chrono::steady_clock::now() - sent;
    if (delays) CHECK(took >= 100ms);
    reader.leave();
    CHECK_OK(end());
  }
}

TEST(Vpcd, does_not_wait_for_delayed_acknowledgements) {
  constexpr int kApdus = 100;
  start({.quick_ack = true});
  reader.send("01"_hex);
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < kApdus; ++i) CHECK_BYTES("9000"_hex, reader.transmit("00A4000C"_hex));
  CHECK(std::chrono::steady_clock::now() - before < kApdus * 20ms);  // 40 ms each without
}

TEST(Vpcd, can_be_inserted_again) {
  for (int i = 0; i < 3; ++i) {
    start();
    reader.send("01"_hex);
    CHECK_BYTES("9000"_hex, reader.transmit("00A4000C"_hex));
    reader.leave();
    CHECK_OK(end());
  }
}

TEST(Vpcd, says_when_nobody_listens) {
  std::uint16_t closed = 0;
  {
    const FakeReader gone;
    closed = gone.port();
  }
  CHECK_FAULT(Fault::transport, Vpcd::connect({.port = closed}));
  CHECK_FAULT(Fault::bad_input, Vpcd::connect({.host = "no such host.invalid", .port = closed}));
}
