#include "cicada/host/gp/kdf.h"

#include "gp_vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using crypto::openssl::Cmac;
using host::gp::Derivation;

TEST_GROUP(Kdf){};

TEST(Kdf, counts_in_one_octet_before_the_label_for_keys_of_16_and_32_octets) {
  for (const auto& vector : test::vectors_of_kind("kdf3")) {
    const auto master = Cmac::create(test::octets(vector, "master")).value();
    Bytes label{0, 0, 0, vector.at("purpose").get<std::uint8_t>(), 0};
    base::append(label, test::octets(vector, "serial"));
    const auto expected = test::octets(vector, "key");
    Bytes key(expected.size());
    CHECK_OK(host::gp::derive_in_counter_mode(master, {}, label, key));
    CHECK_BYTES(expected, key);
  }
}

TEST(Kdf, derives_the_session_keys_of_the_published_example) {
  for (const auto& vector : test::vectors_of_kind("session-keys")) {
    const auto k_enc = Cmac::create(test::octets(vector, "k_enc")).value();
    const auto k_mac = Cmac::create(test::octets(vector, "k_mac")).value();
    const auto context = base::concat({test::octets(vector, "host_challenge"), test::octets(vector, "card_challenge")});
    Bytes key(16);
    CHECK_OK(host::gp::derive_scp03(k_enc, Derivation::s_enc, context, key));
    CHECK_BYTES(test::octets(vector, "s_enc"), key);
    CHECK_OK(host::gp::derive_scp03(k_mac, Derivation::s_mac, context, key));
    CHECK_BYTES(test::octets(vector, "s_mac"), key);
    CHECK_OK(host::gp::derive_scp03(k_mac, Derivation::s_rmac, context, key));
    CHECK_BYTES(test::octets(vector, "s_rmac"), key);
  }
}

TEST(Kdf, refuses_more_rounds_than_its_counter_can_count) {
  const auto key = Cmac::create("000102030405060708090A0B0C0D0E0F"_hex).value();
  Bytes most(255UL * 16);
  CHECK_OK(host::gp::derive_in_counter_mode(key, {}, {}, most));
  Bytes too_much(most.size() + 1);
  CHECK_FAULT(base::Fault::bad_input, host::gp::derive_in_counter_mode(key, {}, {}, too_much));
}
