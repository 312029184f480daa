import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Settings } from '#shared-kernel/config/settings.js';
import { ApiKeyStore } from './api-key-store.js';
import { ApiKeysController } from './api-keys.controller.js';
import { AuthGuard } from './auth.guard.js';
import { CreateApiKeyHandler } from './create-api-key.js';
import { CreatePortalTokenHandler } from './create-portal-token.js';
import { FirstKey } from './first-key.js';
import { KeyVerifier } from './key-verifier.js';
import { ListApiKeysHandler } from './list-api-keys.js';
import { ListPortalTokensHandler } from './list-portal-tokens.js';
import { PortalTokenStore } from './portal-token-store.js';
import { PortalTokensController } from './portal-tokens.controller.js';
import { PortalVerifier } from './portal-verifier.js';
import { RevokeApiKeyHandler } from './revoke-api-key.js';
import { RevokePortalTokenHandler } from './revoke-portal-token.js';
import { SecretBox } from './secret-box.js';
import { loadSecretKey } from './secret-key.js';

/** API keys, the guard in front of every route, and the box for stored secrets. */
@Global()
@Module({
  controllers: [ApiKeysController, PortalTokensController],
  providers: [
    ApiKeyStore,
    KeyVerifier,
    FirstKey,
    CreateApiKeyHandler,
    RevokeApiKeyHandler,
    ListApiKeysHandler,
    PortalTokenStore,
    PortalVerifier,
    CreatePortalTokenHandler,
    RevokePortalTokenHandler,
    ListPortalTokensHandler,
    { provide: APP_GUARD, useClass: AuthGuard },
    {
      provide: SecretBox,
      useFactory: (settings: Settings) => new SecretBox(loadSecretKey(settings)),
      inject: [Settings],
    },
  ],
  exports: [SecretBox, FirstKey],
})
export class AuthModule {}
