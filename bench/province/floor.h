// What the two crypto rooms have to compute for one card of a line, and nothing else: no APDU, no object, no file, no
// journal. Counted from the standards and from the commands of one card's life, each for the host (OpenSSL) and for the
// card (mbedTLS):
//
//   keys     host: 3 CMACs that derive the transport keys of the chip, 1 that derives the key of the job, AES-GCM and
//            SHA-256 over the sealed job
//   SCP03    both: 3 derivations of session keys, the card's challenge (card only), 2 cryptograms; each command AES-CBC
//            and its vector over the data, CMAC over command and answer; 2 static and 3 session keys set up
//   chip     card: a key pair on P-256
//   SOD      host: SHA-256 over every file, 1 ECDSA signature
//   BAC      both: 3DES-CBC of 32 octets twice, 2 retail MACs, the session's keys (SHA-1; the host also from the MRZ);
//            2 keys of the document and 2 of the session set up
//   reading  both: 3DES and retail MAC, after chip authentication AES and CMAC, over each command and answer
//   chip authentication   host: a key pair and an agreement; card: an agreement; both: the session's keys (SHA-1), set
//            up
//   judging  host: SHA-256 over every file, 2 ECDSA verifications (EF.SOD, the signer's certificate)
//   evidence host: SHA-256 over every file
//   audit    host: SHA-256 over one record of the log for each state
//
// The groups of curves and the keys of signers are made once, as the rooms keep them. Setting up a session's key is not
// to be had once: no two cards share one. Random numbers, and the check of the chip's point before it is signed, are
// not in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "cicada/base/bytes.h"

namespace cicada::bench {

/// One command of a card's life and its answer.
struct Wire {
  base::Bytes command;
  std::size_t answer = 0;  ///< octets, with SW
};

struct FloorOf {
  std::chrono::nanoseconds host{0}, card{0};
  [[nodiscard]] std::chrono::nanoseconds both() const { return host + card; }
};

/// Everything is computed `times` times on this thread; the result is for one card, in CPU time.
[[nodiscard]] FloorOf measure_floor(const std::vector<Wire>& life, std::size_t sealed_job, std::size_t times);

}  // namespace cicada::bench
