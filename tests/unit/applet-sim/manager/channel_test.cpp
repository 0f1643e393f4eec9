// The channel to the issuer security domain, whichever protocol a card speaks.
#include "cards.h"
#include "issuer.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using cards::Bench;
using issuer::Application;
using issuer::Channel;
using issuer::Protocol;
using terminal::Command;

namespace {

/// What a card may be made with.
struct Setting {
  Protocol protocol;
  std::uint8_t option;
  std::size_t key_size;

  [[nodiscard]] std::size_t challenge() const { return protocol == Protocol::scp03 && (option & 1U) != 0 ? 16U : 8U; }
  [[nodiscard]] Bytes levels() const {
    Bytes levels = "000103"_hex;
    if (protocol == Protocol::scp02) return levels;
    if ((option & 0x20U) != 0) append(levels, "1113"_hex);
    if ((option & 0x60U) == 0x60) levels.push_back(0x33);
    return levels;
  }
};

std::vector<Setting> settings() {
  std::vector<Setting> all = {{Protocol::scp02, 0x15, 16}, {Protocol::scp02, 0x55, 16}};
  for (const auto option : "0010203060700111213161 71"_hex) {
    for (const std::size_t size : {16U, 24U, 32U}) all.push_back({Protocol::scp03, option, size});
  }
  return all;
}

const Command kStatus{.ins = 0xF2, .p1 = 0x80, .p2 = 0x02, .data = "4F00"_hex, .le = 256};

}  // namespace

TEST_GROUP(IssuerChannel) {
  Bench bench;
  void use(const Setting& setting) {
    bench.use(issuer::blank(Application::groupings, setting.protocol, setting.option, issuer::keys(setting.key_size)));
  }
  void use_scp02(std::uint8_t option = 0x55) {
    use({Protocol::scp02, option, 16});
  }
  void use_scp03() {
    use({Protocol::scp03, 0x70, 16});
  }
  [[nodiscard]] unsigned plain(std::string_view hex) {
    return terminal::split(bench.send(from_hex(hex).value())).sw;
  }
};

TEST(IssuerChannel, opens_with_every_protocol_option_key_size_and_level) {
  for (const auto& setting : settings()) {
    use(setting);
    for (const auto level : setting.levels()) {
      auto channel = Channel::open(bench.wire(), issuer::keys(setting.key_size), level, setting.challenge());
      for (int i = 0; i < 3; ++i) {
        const auto answer = channel.transmit(bench.wire(), kStatus);
        LONGS_EQUAL(0x9000, answer.sw);
        CHECK_BYTES("E3134F08A000000151000000 9F700107 C5039EFE80"_hex, answer.data);
      }
      LONGS_EQUAL(0x6A86, channel.transmit(bench.wire(), {.ins = 0xF2, .data = "4F00"_hex}).sw);
      LONGS_EQUAL(0x9000, channel.transmit(bench.wire(), kStatus).sw);  // an error of a command ends nothing
    }
  }
}

TEST(IssuerChannel, refuses_every_other_level) {
  for (const auto& setting : settings()) {
    use(setting);
    const auto levels = setting.levels();
    for (unsigned level = 0; level < 256; ++level) {
      const auto octet = static_cast<std::uint8_t>(level);
      if (std::ranges::find(levels, octet) != levels.end()) continue;
      auto channel = Channel::begin(bench.wire(), issuer::keys(setting.key_size), setting.challenge());
      CHECK_BYTES("6A86"_hex, bench.send(channel.external_authenticate(octet)));
    }
  }
}

TEST(IssuerChannel, wants_the_right_lengths_versions_and_order) {
  use_scp03();
  LONGS_EQUAL(0x6700, plain("8050000007010203040506 0700"));
  LONGS_EQUAL(0x6A88, plain("8050310008010203040506070800"));
  LONGS_EQUAL(0x6A86, plain("8050000108010203040506070800"));
  LONGS_EQUAL(0x6985, plain("84820100100102030405060708090A0B0C0D0E0F10"));
  auto channel = Channel::begin(bench.wire(), issuer::keys());
  LONGS_EQUAL(0x9000, plain("80CA9F7F00"));  // something came in between
  CHECK_BYTES("6985"_hex, bench.send(channel.external_authenticate(0x01)));
  channel = Channel::begin(bench.wire(), issuer::keys(), 8, 0x30);
  CHECK_BYTES("9000"_hex, bench.send(channel.external_authenticate(0x01)));
  CHECK_BYTES("6985"_hex, bench.send(channel.external_authenticate(0x01)));  // and the channel is gone
  CHECK_BYTES("6982"_hex, bench.send(channel.wrap(kStatus)));
}

TEST(IssuerChannel, is_refused_to_whoever_does_not_have_the_keys) {
  for (const auto& setting : settings()) {
    use(setting);
    auto channel = Channel::begin(bench.wire(), issuer::keys(setting.key_size), setting.challenge());
    channel.host_cryptogram[0] ^= 0x01U;
    CHECK_BYTES("6300"_hex, bench.send(channel.external_authenticate(0x01)));  // under a right C-MAC
    channel = Channel::begin(bench.wire(), issuer::keys(setting.key_size), setting.challenge());
    auto command = channel.external_authenticate(0x01);
    command.back() ^= 0x01U;
    CHECK_BYTES("6988"_hex, bench.send(command));
    CHECK_BYTES("6985"_hex, bench.send(channel.external_authenticate(0x01)));  // one try
  }
}

TEST(IssuerChannel, ends_with_an_error_of_its_protection) {
  for (const auto& setting : settings()) {
    use(setting);
    const auto open = [&] {
      return Channel::open(bench.wire(), issuer::keys(setting.key_size), 0x03, setting.challenge());
    };
    auto channel = open();
    auto command = channel.wrap(kStatus);
    command[6] ^= 0x01U;
    CHECK_BYTES("6988"_hex, bench.send(command));
    CHECK_BYTES("6982"_hex, bench.send(channel.wrap(kStatus)));
    channel = open();
    CHECK_BYTES("6982"_hex, bench.send(terminal::encode(0x80, kStatus)));  // without protection
    CHECK_BYTES("6982"_hex, bench.send(channel.wrap(kStatus)));
    channel = open();
    CHECK_BYTES("6987"_hex, bench.send("84F28002024F0000"_hex));
    CHECK_BYTES("6982"_hex, bench.send(channel.wrap(kStatus)));
  }
}

TEST(IssuerChannel, with_level_00_takes_no_protection) {
  use_scp02();
  static_cast<void>(Channel::open(bench.wire(), issuer::keys(), 0x00));
  LONGS_EQUAL(0x9000, plain("80F28002024F0000"));
  LONGS_EQUAL(0x6982, plain("84F280020A4F00112233445566778800"));
  LONGS_EQUAL(0x6982, plain("80F28002024F0000"));
}

TEST(IssuerChannel, ends_with_a_selection_a_reset_and_a_new_beginning) {
  use_scp03();
  const std::vector<std::function<void()>> ends = {
      [this] { LONGS_EQUAL(0x9000, plain("00A4000C")); },
      [this] { LONGS_EQUAL(0x9000, plain("00A4040000")); },
      [this] { LONGS_EQUAL(0x6A82, plain("00A4040C05A000000999")); },
      [this] { bench.card->reset(); },
      [this] { static_cast<void>(Channel::begin(bench.wire(), issuer::keys())); },
  };
  for (const auto& end : ends) {
    auto channel = Channel::open(bench.wire(), issuer::keys(), 0x33);
    end();
    CHECK_BYTES("6982"_hex, bench.send(channel.wrap(kStatus)));
  }
  // GET DATA in class 00 ends nothing.
  auto channel = Channel::open(bench.wire(), issuer::keys(), 0x33);
  LONGS_EQUAL(0x9000, plain("00CA006600"));
  LONGS_EQUAL(0x9000, channel.transmit(bench.wire(), kStatus).sw);
}

TEST(IssuerChannel, counts_attempts_with_scp03_and_sessions_with_scp02_across_power) {
  const auto counter = [this] {
    const auto answer = terminal::split(bench.send("00CA00C100"_hex));
    LONGS_EQUAL(0x9000, answer.sw);
    unsigned value = 0;
    for (std::size_t i = 2; i < answer.data.size(); ++i) value = value << 8U | answer.data[i];
    return value;
  };
  use_scp03();
  static_cast<void>(Channel::begin(bench.wire(), issuer::keys()));
  bench.reopen();
  LONGS_EQUAL(1, counter());
  static_cast<void>(Channel::open(bench.wire(), issuer::keys()));
  LONGS_EQUAL(2, counter());
  use_scp02();
  const auto first = Channel::begin(bench.wire(), issuer::keys()).initialize_update_answer;
  CHECK_BYTES(first, Channel::begin(bench.wire(), issuer::keys()).initialize_update_answer);
  LONGS_EQUAL(0, counter());
  static_cast<void>(Channel::open(bench.wire(), issuer::keys()));
  bench.reopen();
  LONGS_EQUAL(1, counter());
  CHECK(first != Channel::begin(bench.wire(), issuer::keys()).initialize_update_answer);
  use_scp02(0x15);
  const auto random = Channel::begin(bench.wire(), issuer::keys()).initialize_update_answer;
  CHECK(random != Channel::begin(bench.wire(), issuer::keys()).initialize_update_answer);
}

TEST(IssuerChannel, is_over_for_good_when_the_counter_is_used_up) {
  for (const auto& [protocol, last] : {std::pair{Protocol::scp02, 0xFFFFU}, std::pair{Protocol::scp03, 0xFFFFFFU}}) {
    auto blank = issuer::blank(Application::jmrtd, protocol, protocol == Protocol::scp02 ? 0x55 : 0x70);
    blank.manager->keys[0].counter = last - 1;
    bench.use(blank);
    static_cast<void>(Channel::open(bench.wire(), issuer::keys()));
    LONGS_EQUAL(0x6985, plain("8050000008010203040506070800"));
  }
}

TEST(IssuerChannel, is_not_there_inside_the_passport_application) {
  use_scp03();
  bench.select_lds1();
  LONGS_EQUAL(0x6E00, plain("80500000080102030405060708"));
  LONGS_EQUAL(0x6E00, plain("80CA9F7F00"));
  LONGS_EQUAL(0x6D00, plain("00CA9F7F00"));
  LONGS_EQUAL(0x9000, plain("00A4000C"));
  LONGS_EQUAL(0x9000, plain("80CA9F7F00"));
}

TEST(IssuerChannel, tells_the_chip_s_number_in_both_places) {
  use_scp02();
  const auto number = "C1CADA01020304050607"_hex;
  CHECK_BYTES(number, ByteView{Channel::begin(bench.wire(), issuer::keys()).initialize_update_answer}.first(10));
  const auto production = terminal::split(bench.send("80CA9F7F00"_hex));
  LONGS_EQUAL(45, production.data.size());
  CHECK_BYTES("9F7F2A"_hex, ByteView{production.data}.first(3));
  CHECK_BYTES(number, ByteView{production.data}.subspan(3 + 10, 10));
}

TEST(IssuerChannel, is_not_made_with_keys_or_options_that_there_are_not) {
  using cicada::base::SecretBytes;
  namespace manager = cicada::applet_sim::manager;
  const auto make = [](Protocol protocol, std::uint8_t option, std::size_t size, std::uint8_t version) {
    const Bytes key(size);
    return manager::delivered(Application::none, protocol, option,
                              {.version = version,
                               .enc = SecretBytes::copy_of(key),
                               .mac = SecretBytes::copy_of(key),
                               .dek = SecretBytes::copy_of(key)});
  };
  CHECK_OK(make(Protocol::scp03, 0x71, 32, 1));
  CHECK_FAULT(Fault::bad_input, make(Protocol::scp03, 0x40, 32, 1));
  CHECK_FAULT(Fault::bad_input, make(Protocol::scp03, 0x70, 20, 1));
  CHECK_FAULT(Fault::bad_input, make(Protocol::scp02, 0x55, 24, 1));
  CHECK_FAULT(Fault::bad_input, make(Protocol::scp02, 0x70, 16, 1));
  CHECK_FAULT(Fault::bad_input, make(Protocol::scp03, 0x70, 16, 0));
  CHECK_FAULT(Fault::bad_input, make(Protocol::scp03, 0x70, 16, 0x80));
}
