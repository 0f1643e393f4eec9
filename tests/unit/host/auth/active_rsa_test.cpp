#include <deque>

#include "cicada/asn1/public_key.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/auth/active.h"
#include "cicada/host/lds/dg15.h"
#include "fake_chip.h"
#include "raw_rsa.h"
#include "vectors.h"

#include "../../asn1/openssl_cli.h"
#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::auth;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;
using cicada::crypto::openssl::HashAlgorithm;
using vectors::octets;

namespace {

constexpr std::array kHashes = {HashAlgorithm::sha1, HashAlgorithm::sha224, HashAlgorithm::sha256,
                                HashAlgorithm::sha384, HashAlgorithm::sha512};

Bytes long_trailer(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::sha1: return "33CC"_hex;
    case HashAlgorithm::sha224: return "38CC"_hex;
    case HashAlgorithm::sha256: return "34CC"_hex;
    case HashAlgorithm::sha384: return "36CC"_hex;
    case HashAlgorithm::sha512: return "35CC"_hex;
  }
  return {};
}

/// header || M1 || H(M1 || M2) || trailer, as long as it takes.
Bytes representative(std::size_t size, HashAlgorithm hash, const Bytes& trailer, ByteView m2, Bytes header = {0x6A}) {
  const Bytes m1(size - header.size() - crypto::openssl::hash_size(hash) - trailer.size(), 0x3C);
  const auto digest = crypto::openssl::hash(hash, concat({m1, m2})).value();
  return concat({header, m1, digest, trailer});
}

Bytes minus(const Bytes& n, const Bytes& x) {
  Bytes out(n.size());
  int borrow = 0;
  for (std::size_t i = n.size(); i-- > 0;) {
    const int digit = n[i] - x[i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    out[i] = static_cast<std::uint8_t>(digit + 256 * borrow);
  }
  return out;
}

Bytes dg15_of(const RawRsa& key) {
  return host::lds::build_dg15(asn1::encode_rsa_public_key_info(key.modulus(), key.exponent())).value();
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

const Bytes kChallenge = "F173589974BF40C6"_hex;

}  // namespace

TEST_GROUP(ActiveRsa) {
  const RawRsa& key = RawRsa::of(1024);
  Bytes dg15 = dg15_of(key);

  Result<ActiveProof> verify(ByteView representative_octets, ByteView challenge = kChallenge) const {
    return verify_active_authentication(dg15, std::nullopt, challenge, key.power(representative_octets));
  }
};

TEST(ActiveRsa, accepts_the_message_representative_of_appendix_F) {
  const auto data = vectors::data("icao9303_11_appF_active_auth.json", "aa-rsa1024-sha1");
  const auto f = octets(data, "message_representative_F");
  LONGS_EQUAL(128, f.size());
  const auto proof = verify(f, octets(data, "rnd_ifd"));
  CHECK_OK(proof);
  CHECK_STRING("RSA 1024 bit, SHA-1", proof->what);
  CHECK_FAULT(Fault::security, verify(f, "F173589974BF40C7"_hex));
}

TEST(ActiveRsa, accepts_every_hash_and_trailer_on_every_size_of_key) {
  for (const unsigned bits : {1024U, 1280U, 1536U, 2048U, 3072U}) {
    const auto& one = RawRsa::of(bits);
    const auto file = dg15_of(one);
    for (const auto hash : kHashes) {
      std::vector<Bytes> trailers = {long_trailer(hash)};
      if (hash == HashAlgorithm::sha1) trailers.push_back("BC"_hex);
      for (const auto& trailer : trailers) {
        const auto signature = one.power(representative(bits / 8, hash, trailer, kChallenge));
        const auto proof = verify_active_authentication(file, std::nullopt, kChallenge, signature);
        CHECK_OK(proof);
        CHECK_EQUAL(bits < 2048, has(proof->deviations, "weak-key"));
        LONGS_EQUAL(bits < 2048 ? 1 : 0, proof->deviations.size());
        CHECK_FAULT(Fault::security,
                    verify_active_authentication(file, std::nullopt, "0000000000000000"_hex, signature));
      }
    }
  }
}

TEST(ActiveRsa, accepts_what_the_openssl_tool_signed) {
  const OpenSsl tool;
  tool.make_rsa_key("chip");
  tool.must("pkey -in chip.key -pubout -outform DER -out chip.pub");
  const auto file = host::lds::build_dg15(tool.read("chip.pub")).value();
  tool.write("f", representative(256, HashAlgorithm::sha256, "34CC"_hex, kChallenge));
  tool.must("pkeyutl -decrypt -inkey chip.key -in f -pkeyopt rsa_padding_mode:none -out s");
  CHECK_OK(verify_active_authentication(file, std::nullopt, kChallenge, tool.read("s")));
  auto changed = tool.read("s");
  changed.back() ^= 1U;
  CHECK_FAULT(Fault::security, verify_active_authentication(file, std::nullopt, kChallenge, changed));
}

TEST(ActiveRsa, accepts_the_complement_that_annex_B_4_makes_and_names_it) {
  const auto f = representative(128, HashAlgorithm::sha1, "BC"_hex, kChallenge);
  const auto complement = minus(key.modulus(), key.power(f));
  const auto proof = verify_active_authentication(dg15, std::nullopt, kChallenge, complement);
  CHECK_OK(proof);
  CHECK(has(proof->deviations, "iso-9796-2-signature-of-annex-b4"));
  CHECK_FAULT(Fault::security, verify_active_authentication(dg15, std::nullopt, "0000000000000000"_hex, complement));
}

TEST(ActiveRsa, takes_no_other_first_octet) {
  std::size_t accepted = 0;
  for (unsigned first = 0; first < 0x80; ++first) {
    const auto f = representative(128, HashAlgorithm::sha1, "BC"_hex, kChallenge, {static_cast<std::uint8_t>(first)});
    if (verify(f)) ++accepted;
  }
  LONGS_EQUAL(1, accepted);
}

TEST(ActiveRsa, takes_padding_in_its_one_form_and_names_it) {
  for (const auto& header : {"6BBA"_hex, "6BBBBA"_hex, "6BBBBBBBBBBBBA"_hex}) {
    const auto proof = verify(representative(128, HashAlgorithm::sha1, "BC"_hex, kChallenge, header));
    CHECK_OK(proof);
    CHECK(has(proof->deviations, "iso-9796-2-message-too-short"));
  }
  for (const auto& header :
       {"6B"_hex, "6BBB"_hex, "6BBBBB00BA"_hex, "6BAABA"_hex, "4A"_hex, "4BBA"_hex, "6BB0BA"_hex, "0001FFFF00"_hex}) {
    CHECK_FAULT(Fault::security, verify(representative(128, HashAlgorithm::sha1, "BC"_hex, kChallenge, header)));
  }
}

TEST(ActiveRsa, takes_no_message_that_is_padding_to_its_end) {
  Bytes f(128, 0xBB);
  f.front() = 0x6B;
  CHECK_FAULT(Fault::security, verify(f));
  f.back() = 0xBC;
  CHECK_FAULT(Fault::security, verify(f));
  // Room for header, hash and trailer, and none for M1.
  const auto digest = crypto::openssl::hash(HashAlgorithm::sha1, kChallenge).value();
  Bytes no_m1(128 - 21, 0xBB);
  no_m1.front() = 0x6B;
  no_m1.back() = 0xBA;
  CHECK_FAULT(Fault::security, verify(concat({no_m1, digest, "BC"_hex})));
}

TEST(ActiveRsa, takes_no_other_trailer) {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (unsigned last = 0; last < 256; ++last) {
    const auto one = representative(128, HashAlgorithm::sha1, {static_cast<std::uint8_t>(last)}, kChallenge);
    const auto two = representative(128, HashAlgorithm::sha256, {static_cast<std::uint8_t>(last), 0xCC}, kChallenge);
    if (verify(one)) ++accepted;
    const auto named = verify(two);
    if (named) ++accepted;
    if (!named && named.error().fault == Fault::security) ++refused;
  }
  LONGS_EQUAL(2, accepted);       // BC, and 34CC
  LONGS_EQUAL(256 - 1, refused);  // a clone may not get away with an unknown hash
}

TEST(ActiveRsa, takes_no_changed_bit_anywhere_but_in_nothing) {
  const auto f = representative(128, HashAlgorithm::sha1, "BC"_hex, kChallenge);
  std::size_t accepted = 0;
  for (std::size_t bit = 1; bit < f.size() * 8; ++bit) {
    auto changed = f;
    changed[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
    if (verify(changed)) ++accepted;
  }
  LONGS_EQUAL(0, accepted);
}

TEST(ActiveRsa, does_not_look_for_the_hash_at_the_end_only) {
  // H(M1 || M2) || BC stands at the end, but M1 is not all that stands before it.
  const Bytes m1(16, 0x3C);
  const auto digest = crypto::openssl::hash(HashAlgorithm::sha1, concat({m1, kChallenge})).value();
  const auto garbage = Bytes(128 - 1 - m1.size() - 20 - 1, 0x77);
  CHECK_FAULT(Fault::security, verify(concat({"6A"_hex, garbage, m1, digest, "BC"_hex})));
  CHECK_FAULT(Fault::security, verify(concat({"6A"_hex, m1, digest, "BC"_hex, garbage})));
}

TEST(ActiveRsa, wants_a_signature_as_long_as_the_modulus) {
  const auto signature = key.power(representative(128, HashAlgorithm::sha1, "BC"_hex, kChallenge));
  for (const std::size_t size : {0U, 1U, 127U, 129U, 256U}) {
    auto other = signature;
    other.resize(size);
    CHECK_FAULT(Fault::malformed, verify_active_authentication(dg15, std::nullopt, kChallenge, other));
  }
  CHECK_FAULT(Fault::malformed,
              verify_active_authentication(dg15, std::nullopt, kChallenge, concat({"00"_hex, signature})));
  CHECK_FAULT(Fault::security, verify_active_authentication(dg15, std::nullopt, kChallenge, key.modulus()));
  CHECK_FAULT(Fault::security, verify_active_authentication(dg15, std::nullopt, kChallenge, Bytes(128, 0xFF)));
  CHECK_FAULT(Fault::security, verify_active_authentication(dg15, std::nullopt, kChallenge, Bytes(128, 0)));
}

TEST(ActiveRsa, takes_no_signature_of_another_key_or_challenge) {
  const auto f = representative(128, HashAlgorithm::sha1, "BC"_hex, kChallenge);
  const auto other = RawRsa::of(1024, 1).power(f);
  CHECK_FAULT(Fault::security, verify_active_authentication(dg15, std::nullopt, kChallenge, other));
  CHECK_FAULT(Fault::security, verify(f, "F173589974BF40C7"_hex));
  CHECK_FAULT(Fault::bad_input, verify(f, "F173589974BF40"_hex));
}

TEST(ActiveRsa, takes_no_key_that_signs_for_everyone) {
  const auto f = representative(128, HashAlgorithm::sha1, "BC"_hex, kChallenge);
  const auto file = host::lds::build_dg15(asn1::encode_rsa_public_key_info(key.modulus(), "01"_hex)).value();
  CHECK_FAULT(Fault::bad_input, verify_active_authentication(file, std::nullopt, kChallenge, f));
}

TEST(ActiveRsa, asks_in_short_length_where_the_answer_fits_and_in_extended_length_where_not) {
  for (const unsigned bits : {1024U, 2048U, 3072U}) {
    const auto& one = RawRsa::of(bits);
    FakeChip chip;
    chip.script = [&one, bits](const PlainCommand& command) {
      return Answer{.data = one.power(representative(bits / 8, HashAlgorithm::sha256, "34CC"_hex, command.data))};
    };
    auto session = chip.session();
    SystemRng rng;
    const auto file = dg15_of(one);
    const auto evidence = run_active_authentication(session, file, rng);
    CHECK(!evidence.error.has_value());
    const auto& command = chip.seen().back();
    LONGS_EQUAL(0x88, command.ins);
    LONGS_EQUAL(0, command.p1);
    LONGS_EQUAL(0, command.p2);
    CHECK_BYTES(evidence.rnd_ifd, command.data);
    CHECK_EQUAL(bits > 1784, command.extended);
    LONGS_EQUAL(bits > 1784 ? 65536 : 256, command.ne.value_or(0));
    CHECK_OK(verify_active_authentication(file, std::nullopt, evidence.rnd_ifd, evidence.response));
  }
}

TEST(ActiveRsa, sends_the_command_of_appendix_F_in_plain_to_a_chip_without_access_control) {
  const auto data = vectors::data("icao9303_11_appF_active_auth.json", "aa-rsa1024-sha1");
  FakeChip chip;
  chip.script = [this](const PlainCommand& command) {
    return Answer{.data = key.power(representative(128, HashAlgorithm::sha1, "BC"_hex, command.data))};
  };
  auto session = chip.plain_session();
  ReplayRng rng{7};
  const auto evidence = run_active_authentication(session, dg15, rng);
  CHECK(!evidence.error.has_value());
  const auto& command = chip.seen().back();
  const auto sent = host::iso7816::CommandApdu{.cla = command.cla,
                                               .ins = command.ins,
                                               .p1 = command.p1,
                                               .p2 = command.p2,
                                               .data = command.data,
                                               .ne = command.ne}
                        .encode()
                        .value();
  auto expected = octets(data, "capdu");
  std::ranges::copy(evidence.rnd_ifd, expected.begin() + 5);
  CHECK_BYTES(expected, sent);
  CHECK_OK(verify_active_authentication(dg15, std::nullopt, evidence.rnd_ifd, evidence.response));
}
