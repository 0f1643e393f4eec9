#include "cicada/host/access/bac.h"

#include <deque>

#include "cicada/host/transport/loopback.h"
#include "fake_card.h"
#include "harness.h"
#include "vectors.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::host::access;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;
using vectors::octets;

namespace {

/// Gives the octets of a script, one fill after the other.
class ScriptedRng final : public Rng {
 public:
  explicit ScriptedRng(std::deque<Bytes> script) : script_(std::move(script)) {}
  Result<void> fill(MutableByteView out) override {
    if (script_.empty() || script_.front().size() != out.size()) return fail({.fault = Fault::crypto, .what = "empty"});
    std::ranges::copy(script_.front(), out.begin());
    script_.pop_front();
    return {};
  }

 private:
  std::deque<Bytes> script_;
};

constexpr auto kMrzInformation = "L898902C<369080619406236";

}  // namespace

TEST_GROUP(Bac) {
  FakeCard card;
  transport::LoopbackTransport wire{[this](ByteView command) { return card.process(command); }};
  iso7816::Channel channel{wire};
  BacKeys keys = BacKeys::from_mrz_information(kMrzInformation).value();
  ReplayRng rng{1};

  void setup() override {
    card.k_enc = to_bytes(keys.k_enc().expose());
    card.k_mac = to_bytes(keys.k_mac().expose());
    card.files[0x1E] = "60145F0104303130365F36063034303030305C026175"_hex;
  }

  std::expected<SecureSession, AccessFailure> gain_access() {
    PlainSession plain_session{channel};
    (void)plain_session.transmit({.ins = 0xA4, .p1 = 4, .p2 = 12, .data = "A0000002471001"_hex}).value();
    return run_bac(std::move(plain_session), keys, rng);
  }
  Fault fault() {
    const auto session = gain_access();
    if (session) FAIL("access was granted");
    return session.error().error.fault;
  }
};

TEST(Bac, repeats_the_exchange_of_appendix_D_3) {
  const auto data = vectors::data("icao9303_11_appD_bac_sm.json", "bac-mutual-auth");
  std::vector<Bytes> sent;
  transport::LoopbackTransport script{[&](ByteView command) {
    sent.push_back(to_bytes(command));
    return concat({sent.size() == 1 ? octets(data, "rnd_ic") : octets(data, "resp_data"), "9000"_hex});
  }};
  iso7816::Channel scripted{script};
  ScriptedRng nonces{{octets(data, "rnd_ifd"), octets(data, "k_ifd")}};
  auto session = run_bac(PlainSession{scripted}, keys, nonces);
  CHECK(session.has_value());
  CHECK_BYTES(octets(data, "get_challenge_capdu"), sent.at(0));
  CHECK_BYTES(octets(data, "external_authenticate_capdu"), sent.at(1));
  CHECK_STRING("BAC", session->protocol());
  // The keys and the counter are right if the first protected command of D.4 comes out.
  (void)session->transmit({.ins = 0xA4, .p1 = 2, .p2 = 12, .data = "011E"_hex});
  const auto select = vectors::data("icao9303_11_appD_bac_sm.json", "sm-3des-select-efcom");
  CHECK_BYTES(octets(select, "protected_capdu"), sent.at(2));
}

TEST(Bac, opens_a_card_whose_keys_match) {
  auto session = gain_access();
  CHECK(session.has_value());
  const auto com = session->transmit({.ins = 0xB0, .p1 = 0x9E, .ne = 231});
  CHECK_OK(com);
  CHECK_BYTES(card.files[0x1E], com->data);
}

TEST(Bac, with_other_mrz_data_says_that_it_does_not_open_the_card) {
  for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x6300, 0x63C2, 0x6982, 0x6985, 0x6988, 0x6A80}) {
    card.tamper = [sw](std::size_t, const PlainCommand& command, Bytes& response) {
      if (command.ins == 0x82) response = plain({.sw = sw});
    };
    const auto session = gain_access();
    CHECK(!session.has_value());
    CHECK_STRING("card status", to_string(session.error().error.fault));
    CHECK_STRING("the MRZ data does not open this card", session.error().error.what.view());
    LONGS_EQUAL(sw, session.error().error.sw);
  }
  card.tamper = nullptr;
  card.k_mac[0] ^= 0x10U;
  LONGS_EQUAL(0x6300, gain_access().error().error.sw);
}

TEST(Bac, gives_the_plain_session_back_when_it_fails) {
  card.k_mac[0] ^= 0x10U;
  auto failure = gain_access();
  CHECK(!failure.has_value());
  card.k_mac[0] ^= 0x10U;
  CHECK(run_bac(std::move(failure.error().plain), keys, rng).has_value());
}

TEST(Bac, tries_another_le_once_with_a_fresh_challenge) {
  card.wanted_le = 256;
  CHECK(gain_access().has_value());
  LONGS_EQUAL(1 + 2 + 2, card.commands());
  card.wanted_le = 99;
  LONGS_EQUAL(0x6700, gain_access().error().error.sw);
  LONGS_EQUAL(5 + 1 + 2 + 2, card.commands());
}

TEST(Bac, wants_a_challenge_of_eight_octets) {
  for (const std::size_t size : {0U, 7U, 9U}) {
    card.tamper = [size](std::size_t, const PlainCommand& command, Bytes& response) {
      if (command.ins == 0x84) response = plain({.data = Bytes(size, 1)});
    };
    LONGS_EQUAL(std::to_underlying(Fault::malformed), std::to_underlying(fault()));
  }
}

TEST(Bac, wants_an_answer_of_forty_octets) {
  for (const std::size_t size : {0U, 32U, 39U, 41U, 80U}) {
    card.tamper = [size](std::size_t, const PlainCommand& command, Bytes& response) {
      if (command.ins != 0x82) return;
      response.resize(response.size() - 2);
      response.resize(size);
      append(response, "9000"_hex);
    };
    LONGS_EQUAL(std::to_underlying(Fault::malformed), std::to_underlying(fault()));
  }
}

TEST(Bac, accepts_none_of_the_changed_answers) {
  std::size_t tried = 0;
  for (std::size_t at = 0; at < 40; ++at) {
    for (unsigned change = 1; change < 256; ++change, ++tried) {
      card.tamper = [at, change](std::size_t, const PlainCommand& command, Bytes& response) {
        if (command.ins == 0x82) response.at(at) = static_cast<std::uint8_t>(response.at(at) ^ change);
      };
      if (fault() != Fault::security) FAIL("another fault");
    }
  }
  LONGS_EQUAL(40 * 255, tried);
}

TEST(Bac, does_not_take_a_rightly_sealed_answer_of_another_run) {
  Bytes earlier;
  card.tamper = [&](std::size_t, const PlainCommand& command, Bytes& response) {
    if (command.ins == 0x82) earlier = response;
  };
  CHECK(gain_access().has_value());
  card.tamper = [&](std::size_t, const PlainCommand& command, Bytes& response) {
    if (command.ins == 0x82) response = earlier;  // M_IC is right, RND.IC and RND.IFD are not
  };
  LONGS_EQUAL(std::to_underlying(Fault::security), std::to_underlying(fault()));
}

TEST(Bac, does_not_take_its_own_cryptogram_for_an_answer) {
  card.tamper = [](std::size_t, const PlainCommand& command, Bytes& response) {
    if (command.ins == 0x82) response = plain({.data = command.data});
  };
  LONGS_EQUAL(std::to_underlying(Fault::security), std::to_underlying(fault()));
}

TEST(Bac, ends_with_every_status_word) {
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    if (word == 0x9000) continue;
    std::size_t commands = 0;
    transport::LoopbackTransport script{[&](ByteView command) {
      ++commands;
      if (command[1] == 0x84) return concat({Bytes(8), "9000"_hex});
      return plain({.sw = static_cast<std::uint16_t>(word)});
    }};
    iso7816::Channel scripted{script};
    const auto session = run_bac(PlainSession{scripted}, keys, rng);
    if (session || session.error().error.sw != word || commands > 4) FAIL(std::to_string(word).c_str());
  }
}

TEST(Bac, fails_when_there_are_no_random_numbers) {
  ScriptedRng empty{{}};
  PlainSession plain_session{channel};
  const auto session = run_bac(std::move(plain_session), keys, empty);
  CHECK(!session.has_value());
  CHECK_STRING("crypto", to_string(session.error().error.fault));
}
