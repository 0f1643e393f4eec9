// The host's secure messaging does not see the card's. MUST FAIL WITH: No such file or directory|file not found
#include "cicada/host/sm/codec.h"
#ifdef FORBIDDEN
#include "cicada/applet_sim/sm/secure_messaging.h"
#endif
