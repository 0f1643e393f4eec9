#include "cicada/host/access/session.h"

#include <concepts>

#include "cicada/host/transport/loopback.h"
#include "fake_card.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::host::access;
using namespace cicada::test;

namespace {

template <typename Session>
concept CanTransmit = requires(Session session, iso7816::CommandApdu command) { session.transmit(command); };
static_assert(CanTransmit<PlainSession> && CanTransmit<SecureSession> && !CanTransmit<DeadSession>);
static_assert(!std::is_copy_constructible_v<PlainSession> && !std::is_copy_constructible_v<SecureSession> &&
              !std::is_copy_constructible_v<DeadSession>);
// A secure session takes the plain one away: it cannot be made beside it.
static_assert(!std::is_constructible_v<SecureSession, PlainSession&, sm::SecureMessaging, std::string_view>);

const Bytes kEnc(16, 0x31);
const Bytes kMac(16, 0x42);
const iso7816::CommandApdu kRead{.ins = 0xB0, .ne = 4};

sm::SecureMessaging codec() {
  return sm::SecureMessaging::tdes(sm::KsEnc{SecretBytes::copy_of(kEnc)}, sm::KsMac{SecretBytes::copy_of(kMac)},
                                   sm::Ssc{8})
      .value();
}

}  // namespace

TEST_GROUP(SecureSession) {
  CardSm card{false, kEnc, kMac, Bytes(8)};
  std::size_t sent = 0;
  std::function<Bytes(const PlainCommand&)> answer = [this](const PlainCommand& command) {
    return card.unwrap(command) ? card.wrap({.data = "01020304"_hex}) : plain({.sw = 0x6988});
  };
  transport::LoopbackTransport wire{[this](ByteView octets) {
    ++sent;
    return answer(parse_command(octets));
  }};
  iso7816::Channel channel{wire};
  SecureSession session{PlainSession{channel}, codec(), "BAC"};
};

TEST(SecureSession, carries_commands_and_errors_of_the_application) {
  const auto response = session.transmit(kRead);
  CHECK_OK(response);
  CHECK_BYTES("01020304"_hex, response->data);
  answer = [this](const PlainCommand& command) {
    (void)card.unwrap(command);
    return card.wrap({.sw = 0x6A82});
  };
  LONGS_EQUAL(0x6A82, session.transmit(kRead)->sw);
  CHECK(session.alive());
}

TEST(SecureSession, dies_at_a_plain_answer_and_sends_nothing_more) {
  answer = [](const PlainCommand&) { return plain({.sw = 0x6988}); };
  const auto response = session.transmit(kRead);
  CHECK_FAULT(Fault::session_dead, response);
  LONGS_EQUAL(0x6988, response.error().sw);
  CHECK(!session.alive());
  CHECK_FAULT(Fault::session_dead, session.transmit(kRead));
  LONGS_EQUAL(1, sent);
}

TEST(SecureSession, dies_when_the_wire_fails) {
  answer = [](const PlainCommand&) { return Bytes{}; };
  CHECK_FAULT(Fault::card_removed, session.transmit(kRead));
  CHECK_FAULT(Fault::session_dead, session.transmit(kRead));
  CHECK(!session.codec().alive());
}

TEST(SecureSession, dies_when_a_command_cannot_be_wrapped) {
  CHECK_FAULT(Fault::bad_input, session.transmit({.ins = 0xB0, .ne = 0}));
  CHECK_FAULT(Fault::session_dead, session.transmit(kRead));
  LONGS_EQUAL(0, sent);
}

TEST(SecureSession, does_not_follow_length_hints_of_a_card) {
  for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x6C10, 0x6110}) {
    sent = 0;
    answer = [sw](const PlainCommand&) { return plain({.sw = sw}); };
    SecureSession fresh{PlainSession{channel}, codec(), "BAC"};
    CHECK_FAULT(Fault::session_dead, fresh.transmit(kRead));
    LONGS_EQUAL(1, sent);
  }
}

TEST(SecureSession, leaves_a_dead_one_that_knows_why_and_can_start_again) {
  answer = [](const PlainCommand&) { return plain({.sw = 0x6982}); };
  CHECK_FAULT(Fault::session_dead, session.transmit(kRead));
  auto dead = std::move(session).end();
  LONGS_EQUAL(0x6982, dead.cause().sw);
  auto again = std::move(dead).restart();
  LONGS_EQUAL(0x6982, again.transmit(kRead)->sw);
}

TEST(SecureSession, that_was_ended_says_so) {
  const auto dead = std::move(session).end();
  CHECK_STRING("ended by the reader", dead.cause().what.view());
}

TEST(SecureSession, takes_the_channel_from_the_plain_session) {
  PlainSession before{channel};
  const SecureSession taken{std::move(before), codec(), "BAC"};
  CHECK_FAULT(Fault::conflict, before.transmit(kRead));  // NOLINT(bugprone-use-after-move): the point of the test
  CHECK_FAULT(Fault::conflict, before.exchange(kRead));  // NOLINT(bugprone-use-after-move)
  LONGS_EQUAL(0, sent);
}

TEST(SecureSession, goes_on_with_the_keys_it_is_given) {
  CHECK_OK(session.transmit(kRead));
  const Bytes enc(16, 0x57);
  const Bytes mac(16, 0x68);
  auto fresh =
      sm::SecureMessaging::aes(sm::KsEnc{SecretBytes::copy_of(enc)}, sm::KsMac{SecretBytes::copy_of(mac)}, sm::Ssc{16});
  CHECK_OK(session.replace_codec(*std::move(fresh)));
  CardSm rekeyed{true, enc, mac, Bytes(16)};
  answer = [&rekeyed](const PlainCommand& command) {
    return rekeyed.unwrap(command) ? rekeyed.wrap({.data = "0A0B"_hex}) : plain({.sw = 0x6988});
  };
  const auto response = session.transmit(kRead);
  CHECK_OK(response);
  CHECK_BYTES("0A0B"_hex, response->data);
  CHECK(session.codec().cipher() == sm::Cipher::aes);
}

TEST(SecureSession, that_has_ended_takes_no_new_keys) {
  answer = [](const PlainCommand&) { return plain({.sw = 0x6988}); };
  CHECK_FAULT(Fault::session_dead, session.transmit(kRead));
  CHECK_FAULT(Fault::session_dead, session.replace_codec(codec()));
  CHECK_FAULT(Fault::session_dead, session.transmit(kRead));
  LONGS_EQUAL(1, sent);
}

TEST(SecureSession, keeps_its_keys_when_the_new_ones_are_gone_already) {
  auto spent = codec();
  CHECK_FAULT(Fault::bad_input, spent.wrap_command({.ins = 0xB0, .ne = 0}));
  CHECK_FAULT(Fault::bad_input, session.replace_codec(std::move(spent)));
  CHECK_OK(session.transmit(kRead));
}
