// What the crypto rooms have to do for one read, and nothing else: no APDU, no object, no file. Counted from the
// standard, each for the host (OpenSSL) and for the card (mbedTLS):
//
//   BAC   2 x 3DES-CBC of 32 octets, 2 x retail MAC of 32, 2 x SHA-1 for the session keys; the key schedules of the
//         document's and of the session's pair of keys. The host also derives the document's keys: 3 x SHA-1.
//   PACE  generic mapping on a curve: 5 multiplications (SK_map G, SK_map PK, s G; SK G', SK PK), two of which are of
//         the generator, 1 addition (s G + H); the nonce of one AES block; 2 tokens, each a CMAC of 82 octets; 3 x
//         SHA-1 (K_pi, KS_Enc, KS_MAC); one schedule for K_pi and the session's pair. The host also hashes the MRZ
//         information.
//   SM    each protected exchange: a MAC over the command, one over the response, each with the counter before it;
//         CBC over the cryptogram where there is one; with AES one block more for each cryptogram's vector.
//
// Random numbers, checks of points and passive authentication are not in it: the first two are small, the last is
// measured apart. The groups and their tables of multiples are made once, though a card makes its own for each session.
#pragma once

#include <benchmark/benchmark.h>

#include "cicada/base/bytes.h"
#include "reference_reader.h"
#include "sides.h"

namespace cicada::bench {

/// Secure messaging of one side with `Block` octets a block: 8 is 3DES and the retail MAC, 16 is AES-128 and CMAC.
template <typename Side, std::size_t Block>
class MessagingPrimitives {
 public:
  void run(const Exchange& one) {
    if (one.secured) exchange(one);
  }

 private:
  using Mac = std::conditional_t<Block == 8, typename Side::RetailMac, typename Side::Cmac>;
  static constexpr auto kAlgorithm = Block == 8 ? Side::CipherAlgorithm::tdes2 : Side::CipherAlgorithm::aes128;

  static std::size_t padded(std::size_t size) { return (size / Block + 1) * Block; }

  void exchange(const Exchange& one) {
    // Header and Lc 5 (extended: 7), DO'8E' 10, Le 1 (2); DO'97' 3 (4). Selecting is the one command with data: an
    // application's name of one 3DES block or one AES block when padded, DO'87' of 3 octets more, and no DO'97'.
    const std::size_t sent = (one.command - 19) / Block * Block;
    if (sent != 0) crypt(sent, !Side::kEncryptsResponses);
    mac(2 * Block + padded(sent != 0 ? sent + 3 : 3));
    // DO'99' 4, DO'8E' 10, status word 2; DO'87' with 3 to 5 octets before the cryptogram.
    const std::size_t received = one.response < 19 ? 0 : (one.response - 19) / Block * Block;
    if (received != 0) crypt(received, Side::kEncryptsResponses);
    mac(Block + padded(one.response - 12));
  }

  void crypt(std::size_t size, bool encrypt) {
    base::Bytes iv(Block);
    if constexpr (Block == 16) benchmark::DoNotOptimize(cipher_.encrypt_block(counter_, iv));
    const auto part = base::MutableByteView{data_}.first(size);
    benchmark::DoNotOptimize(encrypt ? cipher_.encrypt_cbc(iv, part, part) : cipher_.decrypt_cbc(iv, part, part));
  }
  void mac(std::size_t size) { benchmark::DoNotOptimize(mac_.compute({base::ByteView{data_}.first(size)})); }

  typename Side::BlockCipher cipher_ = Side::BlockCipher::create(kAlgorithm, pattern(16)).value();
  Mac mac_ = Mac::create(pattern(16)).value();
  base::Bytes counter_ = base::Bytes(Block);
  base::Bytes data_ = base::Bytes(70000);
};

template <typename Side>
void hashes(int count) {
  const auto input = pattern(36);
  for (int i = 0; i < count; ++i) benchmark::DoNotOptimize(hash(Side::HashAlgorithm::sha1, input));
}

template <typename Side>
void bac_primitives() {
  const auto message = pattern(32);
  const auto key = pattern(16);
  base::Bytes out(message.size());
  const base::Bytes iv(8);
  const auto cipher = Side::BlockCipher::create(Side::CipherAlgorithm::tdes2, key).value();
  const auto mac = Side::RetailMac::create(key).value();
  benchmark::DoNotOptimize(cipher.encrypt_cbc(iv, message, out));
  benchmark::DoNotOptimize(cipher.decrypt_cbc(iv, message, out));
  for (int i = 0; i < 2; ++i) benchmark::DoNotOptimize(mac.compute({message}));
  benchmark::DoNotOptimize(Side::BlockCipher::create(Side::CipherAlgorithm::tdes2, key));
  benchmark::DoNotOptimize(Side::RetailMac::create(key));
  hashes<Side>(Side::kBacHashes);
}

/// A group and the points that one run of PACE meets; made once.
template <typename Side>
class PacePrimitives {
 public:
  explicit PacePrimitives(typename Side::Curve curve) : group_(Side::EcGroup::create(curve).value()) {}

  void run() {
    const auto block = pattern(16);
    base::Bytes out(block.size());
    const base::Bytes iv(16);
    const auto cipher = Side::BlockCipher::create(Side::CipherAlgorithm::aes128, block).value();
    benchmark::DoNotOptimize(Side::kEncryptsResponses ? cipher.encrypt_cbc(iv, block, out)
                                                      : cipher.decrypt_cbc(iv, block, out));
    const auto shown = group_.multiply_generator(scalar_).value();  // SK_map G
    const auto h = group_.multiply(scalar_, point_).value();        // SK_map PK
    const auto s_g = group_.multiply_generator(block).value();      // s G
    const auto mapped = group_.add(s_g, h).value();
    benchmark::DoNotOptimize(group_.multiply(scalar_, mapped));  // SK G'
    benchmark::DoNotOptimize(group_.agree(scalar_, shown));      // SK PK
    const auto mac = Side::Cmac::create(block).value();
    for (int i = 0; i < 2; ++i) benchmark::DoNotOptimize(mac.compute({token_}));
    benchmark::DoNotOptimize(Side::BlockCipher::create(Side::CipherAlgorithm::aes128, block));
    hashes<Side>(Side::kPaceHashes);
  }

 private:
  typename Side::EcGroup group_;
  base::Bytes scalar_ = pattern(32);
  base::Bytes point_ = group_.multiply_generator(base::Bytes{3}).value();
  base::Bytes token_ = pattern(82);
};

}  // namespace cicada::bench
