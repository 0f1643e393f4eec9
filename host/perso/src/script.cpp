#include "script.h"

#include <algorithm>

namespace cicada::host::perso {

namespace {

std::array<MomentInfo, kMoments> moment_infos() {
  using enum Field;
  const auto df = fields({aid, fid});
  const auto chip_key = fields({domain, key_id, protocols});
  return {{
      {.name = "begin", .fields = df},
      {.name = "select-master"},
      {.name = "create-application", .fields = df, .named = true},
      {.name = "select-application", .fields = df, .named = true},
      {.name = "create-file", .fields = fields({fid, sfi, sfi_shifted, size, condition}), .named = true},
      {.name = "select-file", .fields = fields({fid, sfi}), .named = true},
      {.name = "create-file-mf", .fields = fields({fid, sfi, sfi_shifted, size, condition}), .named = true},
      {.name = "write", .fields = fields({fid, sfi, offset, data}), .named = true, .pieces = true},
      {.name = "write-mf", .fields = fields({fid, sfi, offset, data}), .named = true, .pieces = true},
      {.name = "bac-keys", .fields = fields({k_enc, k_mac, mrz_number, mrz_birth, mrz_expiry})},
      {.name = "pace-password", .fields = fields({reference, password}), .named = true},
      {.name = "pace-passwords", .fields = fields({mrz_password, can_password})},
      {.name = "pace-entry", .fields = fields({oid, domain}), .named = true},
      {.name = "make-active-rsa", .fields = fields({bits, hash})},
      {.name = "make-active-ecdsa", .fields = fields({domain, hash})},
      {.name = "make-chip-key", .fields = chip_key},
      {.name = "read-active-key", .fields = fields({offset})},
      {.name = "read-chip-key", .fields = fields({offset, key_id})},
      {.name = "load-active-rsa",
       .fields = fields({bits, hash, modulus, public_exponent, private_exponent, prime_p, prime_q, exponent_p,
                         exponent_q, coefficient})},
      {.name = "load-active-ecdsa", .fields = fields({domain, hash, private_value, public_value})},
      {.name = "load-chip-key",
       .fields = chip_key | fields({private_value, public_value, curve_prime, curve_a, curve_b, curve_generator,
                                    curve_order, curve_cofactor})},
      {.name = "trust", .fields = fields({cvca_fid, date, document_number})},
      {.name = "certificate", .fields = fields({data, body, block, flags}), .pieces = true},
      {.name = "personalize", .fields = df, .named = true},
      {.name = "lock"},
      {.name = "erase"},
      {.name = "chip-id"},
      {.name = "is-locked"},
      {.name = "is-personalized"},
  }};
}

}  // namespace

const MomentInfo& info(Moment moment) {
  static const auto kInfos = moment_infos();
  return kInfos.at(static_cast<std::size_t>(moment));
}

bool Script::uses(Moment moment, Field field) const {
  return std::ranges::any_of(at(moment), [field](const StepTemplate& step) { return step.data.uses(field); });
}

iso7816::CommandApdu expand(const StepTemplate& step, const Values& values, std::vector<OctetRange>& secret) {
  base::Bytes header;
  std::vector<OctetRange> none;
  step.header.expand(values, header, none);
  iso7816::CommandApdu command{
      .cla = header.at(0), .ins = header.at(1), .p1 = header.at(2), .p2 = header.at(3), .ne = step.ne};
  step.data.expand(values, command.data, secret);
  return command;
}

}  // namespace cicada::host::perso
